import { expect, test } from 'vitest';
import type { Decider } from '../core/decision.ts';
import { definePolicy } from '../core/define-policy.ts';
import type { Facts } from '../facts/facts.ts';
import { createPermissions, type Permissions } from '../core/permissions.ts';
import { createTestPermissions } from '../testing/create-test-permissions.ts';
import type { Policy } from '../core/policy.ts';
import { maxListKeys, type ListPlan } from './list-plan.ts';
import { meets } from './meets.ts';
import type { RowComparison } from './row-condition.ts';

const policy = definePolicy({
  userAttributes: { dept: 'string' },
  resources: {
    folders: {
      actions: ['view'],
      roles: { editor: { permissions: ['view'] }, reader: { permissions: ['view'] } },
    },
    documents: {
      actions: ['view', 'edit', 'print', 'tag', 'file'],
      attributes: { status: 'string', pages: 'number', tags: 'array', meta: 'json' },
      relations: { parent: 'folders', source: 'documents' },
      roles: {
        owner: { permissions: ['view', 'edit'] },
        editor: {
          permissions: ['view', 'edit'],
          derivedFrom: [{ role: 'editor', on: 'folders', via: 'parent' }],
        },
        reader: {
          permissions: ['view'],
          derivedFrom: [
            { role: 'reader', on: 'folders', via: 'parent' },
            { role: 'reader', on: 'documents', via: 'source' },
          ],
        },
        printer: {
          permissions: ['print'],
          derivedFrom: [{ role: 'reader', on: 'folders', via: 'parent' }],
          onlyWithoutDirectRole: true,
        },
      },
    },
  },
  roles: { member: { permissions: [] }, admin: { permissions: '*' } },
  userSets: { onDuty: { where: { 'context.onDuty': { equals: true } } } },
  resourceSets: {
    published: { resource: 'documents', where: { 'resource.status': { equals: 'published' } } },
    own: { resource: 'documents', where: { not: { 'resource.status': { equals: { ref: 'user.dept' } } } } },
    tagged: { resource: 'documents', where: { 'resource.tags': { array_contains: 'red' } } },
    filed: {
      resource: 'documents',
      where: { 'resource.meta': { object_match: { match: { a: { equals: 1 } } } } },
    },
  },
  rules: [
    { userSet: 'onDuty', resourceSet: 'published', permissions: ['documents:view'] },
    { role: 'member', resourceSet: 'own', permissions: ['documents:print'] },
    { role: 'member', resourceSet: 'tagged', permissions: ['documents:tag'] },
    { role: 'member', resourceSet: 'filed', permissions: ['documents:file'] },
  ],
  defaultRole: 'member',
});

const facts: Facts<typeof policy> = {
  users: {
    ann: {
      roles: { acme: ['member'] },
      instanceRoles: { 'folders:plans': ['editor'], 'folders:news': ['reader'], 'documents:memo': ['owner'] },
      attributes: { dept: 'law' },
    },
    bob: { roles: { acme: ['member'] } },
    carl: { roles: { acme: ['admin'] } },
  },
  instances: {
    'folders:plans': { tenant: 'acme' },
    'folders:news': { tenant: 'acme' },
    'documents:draft': { tenant: 'acme', relations: { parent: 'folders:plans' } },
    'documents:memo': { tenant: 'acme' },
  },
};
const permissions = createTestPermissions(policy, facts);
const ann = permissions.as('ann', 'acme');

test('with a column for the relation, the plan lists the folders only', async () => {
  expect(await ann.list('documents:edit', { relations: ['parent'] })).toMatchObject({
    any: [
      { by: 'id', keys: ['memo'] },
      { by: 'relation', relation: 'parent', keys: ['plans'] },
    ],
  });
});

test('lists the keys of all rows when one derivation has no column', async () => {
  const byKey = { any: [{ by: 'id', keys: ['draft', 'memo'] }] };
  expect(await ann.list('documents:view', { relations: ['parent'] })).toMatchObject(byKey);
  expect(await ann.list('documents:view', { relations: ['parent', 'source'] })).toMatchObject({
    any: [
      { by: 'id', keys: ['memo'] },
      { by: 'relation', relation: 'parent', keys: ['news', 'plans'] },
    ],
  });
});

const refusal = (reason: string, text: string) => ({
  code: 'LIST_NOT_PLANNABLE',
  reason,
  message: expect.stringContaining(text),
});

test.each(['documents:tag', 'documents:file'] as const)(
  'refuses %s, which depends on an attribute without a column',
  async (permission) => {
    await expect(ann.list(permission)).rejects.toMatchObject(refusal('unsupported_condition', '"'));
  },
);

test('refuses an attribute named "type", which replaces the `resource.type` that every rule compares', async () => {
  const typed: Policy = {
    ...policy,
    resources: {
      ...policy.resources,
      documents: { ...policy.resources.documents, attributes: { status: 'string', type: 'string' } },
    },
  };
  const member = createTestPermissions(typed, { users: { bob: { roles: { acme: ['member'] } } } }).as(
    'bob',
    'acme',
  );
  await expect(member.list('documents:print')).rejects.toMatchObject(
    refusal('unsupported_condition', '"type"'),
  );
  expect(await member.list('folders:view')).toMatchObject({ kind: 'none' });
});

const byCondition = (where: RowComparison): ListPlan => ({
  kind: 'some',
  permission: 'documents:view',
  tenant: 'acme',
  any: [{ by: 'condition', where }],
});

test('a value of an undeclared type matches no row in memory, and no check allows it', async () => {
  const row = { tenant: 'acme', id: '1', attributes: { pages: '3', status: 3 } };
  expect(meets(byCondition({ attribute: 'pages', type: 'number', is: 'greater-than', value: 2 }), row)).toBe(
    false,
  );
  expect(meets(byCondition({ attribute: 'status', type: 'string', is: 'contains', value: '3' }), row)).toBe(
    false,
  );
  expect(meets(byCondition({ attribute: 'status', type: 'string', is: 'lacks', value: '4' }), row)).toBe(
    false,
  );
});

test('a row without an attribute named like a property of every object does not have it', () => {
  const attribute = { attribute: 'constructor', type: 'string' } as const;
  const row = { tenant: 'acme', id: '1', attributes: {} };
  expect(meets(byCondition({ ...attribute, is: 'not-in', values: ['law'] }), row)).toBe(false);
  expect(meets(byCondition({ ...attribute, is: 'absent' }), row)).toBe(true);
});

test('refuses a relation that the resource does not have', async () => {
  const untyped: Permissions = ann;
  await expect(untyped.list('documents:view', { relations: ['folder'] })).rejects.toMatchObject(
    refusal('unknown_relation', '"folder" of documents'),
  );
});

test('refuses to list with a decider that does not support it', async () => {
  const decider: Decider = {
    decide: () => Promise.resolve([]),
    grants: () => Promise.resolve({ roles: [], permissions: [] }),
  };
  const bound = createPermissions(decider, { subject: 'ann', tenant: 'acme' });
  await expect(bound.list('documents:view')).rejects.toMatchObject(refusal('unsupported_decider', ''));
});

test(`${maxListKeys} keys can be planned, one more is refused with a message`, async () => {
  expect(await planOf(maxListKeys)).toMatchObject({ kind: 'some' });
  await expect(planOf(maxListKeys + 1)).rejects.toMatchObject(refusal('too_many_keys', 'relations'));
});

function planOf(count: number) {
  const keys = Array.from({ length: count }, (_, index) => `documents:${index}` as const);
  const owned: Record<`documents:${string}`, ['owner']> = {};
  for (const key of keys) owned[key] = ['owner'];
  return createTestPermissions(policy, {
    users: { ann: { instanceRoles: owned } },
    instances: Object.fromEntries(keys.map((key) => [key, { tenant: 'acme' }])),
  })
    .as('ann', 'acme')
    .list('documents:edit');
}
