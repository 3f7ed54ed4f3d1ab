import { expect, test } from 'vitest';
import { permissionsOf, permissionsOfResourceRole, permissionsOfRole, rolesGranting } from './grants.ts';
import { testPolicy } from './testing/fixtures/test-policy.ts';

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
