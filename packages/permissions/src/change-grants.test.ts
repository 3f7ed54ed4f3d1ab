import { expect, test } from 'vitest';
import { changeGrants } from './change-grants.ts';
import { permissionsOf, permissionsOfRole } from './grants.ts';
import { testPolicy } from './testing/fixtures/test-policy.ts';

const change = (role: string, permission: string, granted: boolean) => ({ role, permission, granted });

test('a permission is given to a role and what extends it, and taken away; the table itself stays', () => {
  const draft = changeGrants(testPolicy, [
    change('viewer', 'reports:publish', true),
    change('editor', 'reports:create', false),
  ]);
  expect(permissionsOfRole(draft, 'viewer')).toEqual(['reports:view', 'reports:publish']);
  expect(permissionsOfRole(draft, 'editor')).toEqual(['reports:view', 'reports:publish']);
  expect(permissionsOfRole(testPolicy, 'editor')).toEqual(['reports:view', 'reports:create']);
});

test('what a role inherits it keeps; a role with "*" has the list of the others, and "*" when nothing is taken', () => {
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

test('a role and a permission that the policy does not have change nothing', () => {
  const changes = [change('nobody', 'reports:view', true), change('viewer', '__proto__', true)];
  expect(changeGrants(testPolicy, changes)).toEqual(testPolicy);
});
