import { permissionsOfRole } from '@latchkey/permissions';
import {
  createTestPermissions,
  extendExpect,
  matrix,
  noRoleMay,
  tenantsStayApart,
} from '@latchkey/permissions/testing';
import { expect as plainExpect, test, expectTypeOf } from 'vitest';
import { policy, type AppPermission, type AppRole } from './policy.ts';

expectTypeOf<'admin'>().toExtend<AppRole>();
expectTypeOf<'amdin'>().not.toExtend<AppRole>();
expectTypeOf<'reports:publish'>().toExtend<AppPermission>();
expectTypeOf<'reports:pubish'>().not.toExtend<AppPermission>();

/**
 * In `acme`: one user for each role, users with roles on reports and collections, and one with clearance. In another
 * tenant: one administrator with clearance.
 */
const permissions = createTestPermissions(policy, {
  users: {
    vera: { roles: { acme: ['viewer'] } },
    otto: { roles: { acme: ['viewer'] }, instanceRoles: { 'reports:q3': ['owner'] } },
    rita: { instanceRoles: { 'reports:q3': ['reader'] } },
    emil: { roles: { acme: ['editor'] } },
    anna: { roles: { acme: ['admin'] } },
    klara: { instanceRoles: { 'collections:board': ['editor'] } },
    karl: { instanceRoles: { 'collections:board': ['owner'] } },
    clea: { roles: { acme: ['viewer'] }, attributes: { clearance: 'confidential' } },
    xaver: { roles: { other: ['admin'] }, attributes: { clearance: 'confidential' } },
  },
  instances: {
    'collections:board': { tenant: 'acme' },
    'reports:q3': { tenant: 'acme' },
    'reports:q4': {
      tenant: 'acme',
      attributes: { classification: 'confidential' },
      relations: { parent: 'collections:board' },
    },
  },
});
const expect = extendExpect(plainExpect, permissions);
const inAcme = (subject: string) => permissions.as(subject, 'acme');

test('the permissions of every role: a change of the policy changes this snapshot', async () => {
  await expect(`${matrix(policy)}\n`).toMatchFileSnapshot('./matrix.txt');
});

test('the default role can view and request, and change nothing else', () => {
  expect(permissionsOfRole(policy, policy.defaultRole)).toEqual([
    'reports:view',
    'requests:create',
    'policy:view',
  ]);
});

test('only owners and administrators publish a report', () => {
  expect(permissions.whoCan('reports:publish', { tenant: 'acme', key: 'q3' })).toEqual(['anna', 'otto']);
  expect(permissions.whoCan('reports:publish', { tenant: 'acme', key: 'q4' })).toEqual(['anna', 'karl']);
});

test('an owner has every permission on their own report, and on no other', () => {
  for (const permission of ['reports:edit', 'reports:publish', 'reports:share', 'reports:delete'] as const) {
    expect(inAcme('otto')).toBeAllowed(permission, 'q3');
    expect(inAcme('otto')).toBeDenied(permission, 'q4');
    expect(inAcme('otto')).toBeDenied(permission);
  }
});

test('a reader of one report sees that report and nothing else', () => {
  expect(inAcme('rita')).toBeAllowed('reports:view', 'q3');
  expect(inAcme('rita')).toBeDenied('reports:edit', 'q3');
  expect(inAcme('rita')).toBeDenied('reports:view', 'q4');
  expect(inAcme('rita')).toBeDenied('reports:view');
});

test('a role on a collection applies to the reports in it, and to no others', () => {
  expect(inAcme('klara')).toBeAllowed('reports:edit', 'q4');
  expect(inAcme('klara')).toBeDenied('reports:publish', 'q4');
  expect(inAcme('klara')).toBeDenied('reports:view', 'q3');
  expect(inAcme('karl').why('reports:share', 'q4').text).toBe(
    'karl → owner of collections:board → parent of reports:q4 → reports:share',
  );
});

test('clearance allows confidential reports, but only in tenants where the user has a role', () => {
  expect(permissions.whoCan('reports:view-confidential', { tenant: 'acme', key: 'q4' })).toEqual([
    'anna',
    'clea',
  ]);
  expect(inAcme('clea')).toBeDenied('reports:view-confidential', 'q3');
  // A role on the collection is not enough: Karl owns it, but has no clearance.
  expect(inAcme('karl')).toBeAllowed('reports:view', 'q4');
  expect(inAcme('karl')).toBeDenied('reports:view-confidential', 'q4');
});

test("an editor creates reports and views members, but cannot change members or other users' reports", () => {
  expect(inAcme('emil')).toBeAllowed('reports:create');
  expect(inAcme('emil')).toBeAllowed('members:view');
  expect(inAcme('emil')).toBeDenied('reports:edit', 'q3');
  expect(inAcme('emil')).toBeDenied('members:assign');
});

test('an administrator has permissions in their own tenant only', () => {
  expect(permissions.as('xaver', 'other')).toBeAllowed('members:assign');
  expect(inAcme('xaver')).toBeDenied('members:assign');
  expect(inAcme('xaver')).toBeDenied('reports:view', 'q3');
});

// With random facts, in addition to the fixed ones above.
test.each([
  'members:invite',
  'members:assign',
  'members:remove',
  'members:view-as',
  'requests:decide',
  'audit:view',
  'sync:replay',
  'sync:reconcile',
] as const)('%s is for administrators', async (permission) => {
  await expect(noRoleMay(policy, permission, { except: ['admin'] })).resolves.toBeUndefined();
});

test('only administrators and owners of the report or its collection publish and delete, for any facts', async () => {
  const except = ['admin', 'reports#owner', 'collections#owner'] as const;
  await expect(noRoleMay(policy, 'reports:publish', { except })).resolves.toBeUndefined();
  await expect(noRoleMay(policy, 'reports:delete', { except })).resolves.toBeUndefined();
});

test('only administrators and users with clearance view confidential reports, for any facts', async () => {
  const except = ['admin', 'cleared'] as const;
  await expect(noRoleMay(policy, 'reports:view-confidential', { except })).resolves.toBeUndefined();
});

test('a user without a role in a tenant has no permission there', async () => {
  await expect(tenantsStayApart(policy)).resolves.toBeUndefined();
});
