import { expect, test } from 'vitest';
import {
  permissionsOf,
  permissionsOfResourceRole,
  permissionsOfRole,
  rolesGranting,
  changeGrants,
} from './grants.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';

test(`a role has its own and inherited permissions, or all with "*", in the policy's order`, () => {
  expect(permissionsOfRole(testPolicy, 'viewer')).toEqual(['reports:view']);
  expect(permissionsOfRole(testPolicy, 'editor')).toEqual(['reports:view', 'reports:create']);
  expect(permissionsOfRole(testPolicy, 'admin')).toEqual(permissionsOf(testPolicy));
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
