import { expect, test } from 'vitest';
import { permissionsOf, permissionsOfResourceRole, permissionsOfRole, rolesGranting } from './grants.ts';
import { testPolicy } from './testing/fixtures/test-policy.ts';

test('a role has its own permissions, inherited ones, and all of them for "*", in the order of the table', () => {
  expect(permissionsOfRole(testPolicy, 'viewer')).toEqual(['reports:view']);
  expect(permissionsOfRole(testPolicy, 'editor')).toEqual(['reports:view', 'reports:create']);
  expect(permissionsOfRole(testPolicy, 'admin')).toEqual(permissionsOf(testPolicy));
});

test('a role on an instance has its actions as permissions', () => {
  expect(permissionsOfResourceRole(testPolicy, 'reports', 'owner')).toEqual([
    'reports:view',
    'reports:publish',
  ]);
});

test('who could grant a permission: tenant roles and roles on the instance', () => {
  expect(rolesGranting(testPolicy, 'reports:create')).toEqual({ tenant: ['editor', 'admin'], instance: [] });
  expect(rolesGranting(testPolicy, 'reports:publish')).toEqual({
    tenant: ['admin'],
    instance: ['reports#owner'],
  });
});
