import { expect, test } from 'vitest';
import { definePolicy } from '../../core/define-policy.ts';
import type { Condition, Policy, RuleDefinition } from '../../core/policy.ts';
import { lintPolicy, type Gates } from './lint-policy.ts';

const sound: Policy = {
  userAttributes: { dept: 'string', level: 'number' },
  resources: {
    docs: {
      actions: ['view', 'edit'],
      attributes: { status: 'string' },
      roles: { owner: { permissions: ['view', 'edit'] } },
    },
    folders: { actions: ['view'] },
  },
  roles: { member: { permissions: ['docs:view', 'folders:view'] } },
  userSets: {
    cleared: {
      where: { allOf: [{ 'user.dept': { equals: 'x' } }, { 'user.roles': { array_contains: 'member' } }] },
    },
  },
  resourceSets: { open: { resource: 'docs', where: { 'resource.status': { equals: 'open' } } } },
  rules: [{ userSet: 'cleared', resourceSet: 'open', permissions: ['docs:edit'] }],
  defaultRole: 'member',
};

const codes = (policy: Policy, gates?: Gates): string[] =>
  lintPolicy(policy, gates).map(({ code, place }) => `${code} ${place}`);
const userSet = (where: Condition): Policy => ({ ...sound, userSets: { cleared: { where } } });
const rule = (one: RuleDefinition): Policy => ({ ...sound, rules: [...(sound.rules ?? []), one] });

test('reports nothing for a valid policy', () => {
  expect(codes(sound)).toEqual([]);
});

const member = { 'user.roles': { array_contains: 'member' } };
const dept = { 'user.dept': { equals: 'x' } };

test.each<[string, Condition, boolean]>([
  ['an attribute alone', dept, true],
  ['a role among several conditions of allOf', { allOf: [dept, member] }, false],
  ['a role among several entries', { ...dept, ...member }, false],
  ['a branch without a role', { anyOf: [member, dept] }, true],
  ['a role in every branch', { or: [member, { and: [dept, member] }] }, false],
  ['a negated role', { not: member }, true],
  ['an attribute of the tenant', { 'tenant.plan': { equals: 'pro' } }, false],
  ['array_subset, which holds for no roles too', { 'user.roles': { array_subset: ['member'] } }, true],
  ['array_intersect', { 'user.roles': { array_intersect: ['member'] } }, false],
  ['membership of a fixed tenant', { 'user.tenants': { array_contains: 'acme' } }, true],
  ['a user key', { 'user.key': { equals: 'ann' } }, true],
  ['no condition at all', { allOf: [] }, true],
])('abac-crosses-tenants: %s', (_, where, crosses) => {
  expect(codes(userSet(where))).toEqual(crosses ? ['abac-crosses-tenants userSets.cleared'] : []);
});

test('finds operators and connectives that are named like properties of every object', () => {
  const odd = { 'user.dept': { constructor: 'x' }, toString: { valueOf: 1 } };
  expect(codes(userSet({ allOf: [member, odd] }))).toEqual([
    'wrong-operator userSets.cleared',
    'unknown-attribute userSets.cleared',
  ]);
});

test('abac-crosses-tenants: a set with anyRole is limited to the tenant', () => {
  const policy = definePolicy({
    resources: { docs: { actions: ['view'] } },
    roles: { member: { permissions: '*' } },
    userSets: { cleared: { anyRole: true, where: { 'user.key': { equals: 'ann' } } } },
    resourceSets: { open: { resource: 'docs', where: { 'resource.type': { equals: 'docs' } } } },
    rules: [{ userSet: 'cleared', resourceSet: 'open', permissions: ['docs:view'] }],
    defaultRole: 'member',
  });
  expect(codes(policy)).toEqual([]);
});

test('abac-crosses-tenants: accepts a resource set that limits the rule, and ignores a set without rules', () => {
  const tied = { resource: 'docs', where: { allOf: [{ 'resource.status': { equals: 'open' } }, member] } };
  expect(codes({ ...userSet(dept), resourceSets: { open: tied } })).toEqual([]);
  expect(codes({ ...userSet(dept), rules: [] })).toEqual([
    'unused-set userSets.cleared',
    'unused-set resourceSets.open',
  ]);
});

test.each<[string, Policy, string[]]>([
  [
    'a condition on context',
    userSet({ allOf: [member, { 'context.mfa': { equals: true } }] }),
    ['client-attribute userSets.cleared'],
  ],
  [
    'an attribute that is not declared',
    userSet({ allOf: [member, { 'user.depth': { equals: 'x' } }] }),
    ['unknown-attribute userSets.cleared'],
  ],
  [
    'a role that the table does not have',
    userSet({ 'user.roles': { array_intersect: ['member', 'membr'] } }),
    ['unknown-role userSets.cleared'],
  ],
  [
    'a reference to an undeclared attribute',
    userSet({ allOf: [member, { 'user.dept': { equals: { ref: 'user.team' } } }] }),
    ['unknown-attribute userSets.cleared'],
  ],
  [
    'an operator of another type',
    userSet({ allOf: [member, { 'user.dept': { 'less-than': 3 } }] }),
    ['wrong-operator userSets.cleared'],
  ],
  [
    'a value of another type',
    userSet({ allOf: [member, { 'user.level': { equals: '3' } }] }),
    ['wrong-operator userSets.cleared'],
  ],
  [
    'a resource attribute of another resource',
    {
      ...sound,
      resourceSets: { open: { resource: 'folders', where: { 'resource.status': { equals: 'open' } } } },
      rules: [{ userSet: 'cleared', resourceSet: 'open', permissions: ['folders:view'] }],
    },
    ['unknown-attribute resourceSets.open'],
  ],
  [
    'a role that grants nothing',
    { ...sound, roles: { ...sound.roles, guest: { permissions: [] } } },
    ['idle-role roles.guest'],
  ],
  [
    'a role on instances that grants nothing',
    {
      ...sound,
      resources: {
        ...sound.resources,
        folders: { actions: ['view'], roles: { watcher: { permissions: [] } } },
      },
    },
    ['idle-role resources.folders.roles.watcher'],
  ],
  [
    'an action that nothing grants',
    { ...sound, resources: { ...sound.resources, folders: { actions: ['view', 'burn'] } } },
    ['unused-action resources.folders.actions.burn'],
  ],
  [
    'a rule without a resource',
    rule({ role: 'member', permissions: ['docs:view'] }),
    ['rule-incomplete rules[1]'],
  ],
  [
    'a rule with two grantees',
    rule({ role: 'member', userSet: 'cleared', resource: 'docs', permissions: ['docs:view'] }),
    ['rule-incomplete rules[1]'],
  ],
  [
    'a rule about one resource that grants on another',
    rule({ role: 'member', resource: 'docs', permissions: ['folders:view'] }),
    ['rule-mismatch rules[1]'],
  ],
  [
    'two sets with one key',
    { ...sound, resourceSets: { ...sound.resourceSets, cleared: { resource: 'docs', where: dept } } },
    ['key-collision resourceSets.cleared'],
  ],
  [
    'a key that Permit reserves',
    { ...sound, roles: { ...sound.roles, 'tenant-association': { permissions: ['docs:view'] } } },
    ['reserved-key roles.tenant-association'],
  ],
])('reports %s', (_, policy, expected) => {
  expect(codes(policy)).toEqual(expected);
});

test('a role without permissions is not idle when a rule, a condition or another role uses it', () => {
  const badge = { ...sound.roles, badge: { permissions: [] } };
  expect(codes({ ...userSet({ 'user.roles': { array_contains: 'badge' } }), roles: badge })).toEqual([]);
  const moved = { ...sound.roles, badge: { permissions: [], renamedFrom: 'pass' } };
  expect(
    codes({ ...userSet({ 'user.roles': { array_intersect: ['badge', 'pass'] } }), roles: moved }),
  ).toEqual([]);
  expect(
    codes({ ...rule({ role: 'badge', resource: 'docs', permissions: ['docs:edit'] }), roles: badge }),
  ).toEqual([]);
  const folders: Policy['resources'][string] = { actions: ['view'], roles: { watcher: { permissions: [] } } };
  const docs: Policy['resources'][string] = {
    actions: ['view', 'edit'],
    attributes: { status: 'string' },
    relations: { in: 'folders' },
    roles: {
      reader: { permissions: ['view'], derivedFrom: [{ role: 'watcher', on: 'folders', via: 'in' }] },
    },
  };
  expect(codes({ ...sound, resources: { docs, folders } })).toEqual([]);
});

test('with gates: reports permissions without a gate, and gates with an unknown permission', () => {
  const gates = { 'docs.get': 'docs:view & folders:view', 'docs.burn': 'docs:burn | docs:view' };
  expect(codes(sound, gates)).toEqual([
    'unknown-permission gates.docs.burn',
    'ungated-permission resources.docs.actions.edit',
  ]);
});

test('every finding has a location, a reason and a fix; errors come first', () => {
  const findings = lintPolicy({ ...userSet(dept), roles: { ...sound.roles, guest: { permissions: [] } } });
  expect(findings.map(({ level }) => level)).toEqual(['error', 'warning']);
  for (const { place, why, fix } of findings) expect([place, why, fix]).not.toContain('');
  expect(findings[0]?.why).toContain('docs:edit');
});

test('names the permissions that no scope covers, and scopes that can change the access of others', () => {
  const { resources } = sound;
  const policy: Policy = {
    ...sound,
    resources: { ...resources, folders: { actions: ['view', 'share'], changesAccess: ['share'] } },
    roles: { member: { permissions: '*' } },
    scopes: {
      read: { name: 'Read', permissions: ['docs:view', 'folders:view'] },
      manage: { name: 'Manage', permissions: ['folders:view', 'folders:share'] },
    },
  };
  expect(codes(policy)).toEqual(['uncovered-permissions scopes', 'scope-changes-access scopes.manage']);
  const [uncovered, changing] = lintPolicy(policy);
  expect(uncovered?.why).toContain('No scope covers docs:edit:');
  expect(changing?.why).toContain('With folders:share,');
  const all = { name: 'All', permissions: ['docs:view', 'docs:edit', 'folders:view'] };
  expect(codes({ ...sound, scopes: { all } })).toEqual([]);
});
