import { expect, test } from 'vitest';
import { assertPolicy, definePolicy } from './define-policy.ts';
import {
  permissionsOf,
  permissionsOfResourceRole,
  permissionsOfRole,
  rolesGranting,
  changeGrants,
} from './grants.ts';
import type { Policy } from './policy.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';

test('throws an error that names an invalid key', () => {
  expect(() =>
    definePolicy({
      resources: { 'access reports': { actions: ['view'] } },
      roles: { viewer: { permissions: '*' } },
      defaultRole: 'viewer',
    }),
  ).toThrow('"access reports"');
});

test.each(['two words', 'a"b', '', 'openid', 'offline_access', '__proto__'])(
  'refuses the scope "%s"',
  (scope) => {
    const policy: Policy = { ...testPolicy, scopes: { [scope]: { name: 'Read', permissions: [] } } };
    const own = Object.hasOwn(policy.scopes ?? {}, scope)
      ? policy
      : { ...policy, scopes: JSON.parse('{"__proto__": {}}') };
    expect(() => assertPolicy(own)).toThrow(`"${scope}" is not a valid scope`);
  },
);

test('throws an error that names the roles of an inheritance cycle, in order', () => {
  expect(() =>
    definePolicy({
      resources: { reports: { actions: ['view'] } },
      roles: {
        a: { extends: ['b'], permissions: [] },
        b: { extends: ['c'], permissions: [] },
        c: { extends: ['a'], permissions: [] },
      },
      defaultRole: 'a',
    }),
  ).toThrow('a → b → c → a');
});

test('refuses a user set and a resource set with the same key', () => {
  expect(() =>
    definePolicy({
      resources: { reports: { actions: ['view'] } },
      roles: { viewer: { permissions: '*' } },
      userSets: { secret: { where: { 'user.roles': { array_contains: 'viewer' } } } },
      resourceSets: { secret: { resource: 'reports', where: { 'resource.type': { equals: 'reports' } } } },
      defaultRole: 'viewer',
    }),
  ).toThrow('"secret"');
});

const table = (roles: Record<string, { permissions: '*' }>) =>
  definePolicy({
    resources: { reports: { actions: ['view'] } },
    roles: { viewer: { permissions: '*' }, ...roles },
    userSets: { staff: { anyRole: true, where: { 'user.email': { equals: 'ann@example.test' } } } },
    rules: [{ userSet: 'staff', permissions: ['reports:view'] }],
    defaultRole: 'viewer',
  });

test("anyRole requires one of the policy's roles, including roles added later", () => {
  const policy = table({ auditor: { permissions: '*' } });
  expect(policy.userSets.staff.where).toEqual({
    allOf: [
      { 'user.email': { equals: 'ann@example.test' } },
      {
        anyOf: [
          { 'user.roles': { array_contains: 'viewer' } },
          { 'user.roles': { array_contains: 'auditor' } },
        ],
      },
    ],
  });
});

test('refuses `anyRole` in a table that `definePolicy` did not create, where it would be ignored', () => {
  const policy = table({});
  expect(() => assertPolicy(structuredClone(policy))).not.toThrow();
  const plain = {
    ...policy,
    userSets: { staff: { anyRole: true as const, where: { 'user.email': { equals: 'a' } } } },
  };
  expect(() => assertPolicy(plain)).toThrow('"staff" has "anyRole"');
});

test(`a role has its own and inherited permissions, or all with "*", in the policy's order`, () => {
  expect(permissionsOfRole(testPolicy, 'viewer')).toEqual(['reports:view']);
  expect(permissionsOfRole(testPolicy, 'editor')).toEqual(['reports:view', 'reports:create']);
  expect(permissionsOfRole(testPolicy, 'admin')).toEqual(permissionsOf(testPolicy));
  expect(permissionsOfRole<Policy>(testPolicy, 'constructor')).toEqual([]);
});

test('an instance role has its actions as permissions', () => {
  expect(permissionsOfResourceRole(testPolicy, 'reports', 'owner')).toEqual([
    'reports:view',
    'reports:publish',
  ]);
});

test('rolesGranting lists tenant roles and instance roles', () => {
  expect(rolesGranting(testPolicy, 'reports:create')).toEqual({ tenant: ['editor', 'admin'], instance: [] });
  expect(rolesGranting(testPolicy, 'reports:publish')).toEqual({
    tenant: ['admin'],
    instance: ['reports#owner'],
  });
});

const change = (role: string, permission: string, granted: boolean) => ({ role, permission, granted });

test('grants a permission to a role and its descendants, revokes it, and does not modify the input', () => {
  const draft = changeGrants(testPolicy, [
    change('viewer', 'reports:publish', true),
    change('editor', 'reports:create', false),
  ]);
  expect(permissionsOfRole(draft, 'viewer')).toEqual(['reports:view', 'reports:publish']);
  expect(permissionsOfRole(draft, 'editor')).toEqual(['reports:view', 'reports:publish']);
  expect(permissionsOfRole(testPolicy, 'editor')).toEqual(['reports:view', 'reports:create']);
});

test('does not revoke inherited permissions, and expands "*" to a list when one is revoked', () => {
  const draft = changeGrants(testPolicy, [
    change('editor', 'reports:view', false),
    change('admin', 'reports:publish', false),
  ]);
  expect(permissionsOfRole(draft, 'editor')).toContain('reports:view');
  expect(draft.roles['admin']?.permissions).toEqual(
    permissionsOf(testPolicy).filter((permission) => permission !== 'reports:publish'),
  );
  expect(changeGrants(testPolicy, [change('admin', 'reports:view', true)]).roles['admin']?.permissions).toBe(
    '*',
  );
});

test('ignores unknown roles and permissions', () => {
  const changes = [change('nobody', 'reports:view', true), change('viewer', '__proto__', true)];
  expect(changeGrants(testPolicy, changes)).toEqual(testPolicy);
});
