import { permissionsOfRole } from '@latchkey/permissions';
import {
  createTestPermissions,
  extendExpect,
  matrix,
  noRoleMay,
  tenantsStayApart,
} from '@latchkey/permissions/testing';
import { expect as plainExpect, test } from 'vitest';
import { policy } from './policy.ts';

/** One of each role in acme, people with a share in its reports, two who are cleared, an administrator of another tenant. */
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

test('who may do what, as a table: a change of the policy is a change of this snapshot', () => {
  expect(matrix(policy)).toMatchInlineSnapshot(`
    "permission                 viewer  editor  admin  on the instance
    collections:view           ·       ·       yes    owner editor reader
    collections:create         ·       ·       yes
    collections:edit           ·       ·       yes    owner editor
    collections:share          ·       ·       yes    owner
    collections:delete         ·       ·       yes    owner
    reports:view               yes     yes     yes    owner editor reader
    reports:create             ·       yes     yes
    reports:edit               ·       ·       yes    owner editor
    reports:publish            ·       ·       yes    owner
    reports:share              ·       ·       yes    owner
    reports:delete             ·       ·       yes    owner
    reports:view-confidential  ·       ·       yes
    members:view               ·       yes     yes
    members:invite             ·       ·       yes
    members:assign             ·       ·       yes
    members:remove             ·       ·       yes
    requests:create            yes     yes     yes
    requests:view              ·       ·       yes
    requests:decide            ·       ·       yes
    audit:view                 ·       ·       yes
    sync:view                  ·       ·       yes
    sync:replay                ·       ·       yes
    sync:reconcile             ·       ·       yes
    policy:view                yes     yes     yes

    role            derives from        via     where
    reports#owner   collections#owner   parent
    reports#editor  collections#editor  parent
    reports#reader  collections#reader  parent

    by condition  on            permissions
    cleared       confidential  reports:view-confidential"
  `);
});

test('whoever is new may look and ask, and change nothing', () => {
  expect(permissionsOfRole(policy, policy.defaultRole)).toEqual([
    'reports:view',
    'requests:create',
    'policy:view',
  ]);
});

test("publishing somebody else's report takes an administrator", () => {
  expect(permissions.whoCan('reports:publish', { tenant: 'acme', key: 'q3' })).toEqual(['anna', 'otto']);
  expect(permissions.whoCan('reports:publish', { tenant: 'acme', key: 'q4' })).toEqual(['anna', 'karl']);
});

test('an owner does everything with the report, and with that one only', () => {
  for (const permission of ['reports:edit', 'reports:publish', 'reports:share', 'reports:delete'] as const) {
    expect(inAcme('otto')).toBeAllowed(permission, 'q3');
    expect(inAcme('otto')).toBeDenied(permission, 'q4');
    expect(inAcme('otto')).toBeDenied(permission);
  }
});

test('a report can be shown to somebody without a role, who then sees nothing else', () => {
  expect(inAcme('rita')).toBeAllowed('reports:view', 'q3');
  expect(inAcme('rita')).toBeDenied('reports:edit', 'q3');
  expect(inAcme('rita')).toBeDenied('reports:view', 'q4');
  expect(inAcme('rita')).toBeDenied('reports:view');
});

test('a role on a collection reaches the reports in it, and no others', () => {
  expect(inAcme('klara')).toBeAllowed('reports:edit', 'q4');
  expect(inAcme('klara')).toBeDenied('reports:publish', 'q4');
  expect(inAcme('klara')).toBeDenied('reports:view', 'q3');
  expect(inAcme('karl').why('reports:share', 'q4')).toBe(
    'karl → owner of collections:board → parent of reports:q4 → reports:share',
  );
});

test('clearance opens what is confidential, in the tenants where one has a role', () => {
  expect(permissions.whoCan('reports:view-confidential', { tenant: 'acme', key: 'q4' })).toEqual([
    'anna',
    'clea',
  ]);
  expect(inAcme('clea')).toBeDenied('reports:view-confidential', 'q3');
  // A share alone does not: the owner of the collection is not cleared.
  expect(inAcme('karl')).toBeAllowed('reports:view', 'q4');
  expect(inAcme('karl')).toBeDenied('reports:view-confidential', 'q4');
});

test('an editor writes reports and sees the members, without touching either of the others', () => {
  expect(inAcme('emil')).toBeAllowed('reports:create');
  expect(inAcme('emil')).toBeAllowed('members:view');
  expect(inAcme('emil')).toBeDenied('reports:edit', 'q3');
  expect(inAcme('emil')).toBeDenied('members:assign');
});

test('an administrator is one in the own tenant only', () => {
  expect(permissions.as('xaver', 'other')).toBeAllowed('members:assign');
  expect(inAcme('xaver')).toBeDenied('members:assign');
  expect(inAcme('xaver')).toBeDenied('reports:view', 'q3');
});

// On all facts that chance can think of, not on the few above.
test.each([
  'members:invite',
  'members:assign',
  'members:remove',
  'requests:decide',
  'audit:view',
  'sync:replay',
  'sync:reconcile',
] as const)('%s is for administrators', async (permission) => {
  await expect(noRoleMay(policy, permission, { except: ['admin'] })).resolves.toBeUndefined();
});

test('publishing is for owners, of the report or its collection, and administrators, however they are shared', async () => {
  const except = ['admin', 'reports#owner', 'collections#owner'] as const;
  await expect(noRoleMay(policy, 'reports:publish', { except })).resolves.toBeUndefined();
  await expect(noRoleMay(policy, 'reports:delete', { except })).resolves.toBeUndefined();
});

test('what is confidential is for the cleared and for administrators, whatever is shared with whom', async () => {
  const except = ['admin', 'cleared'] as const;
  await expect(noRoleMay(policy, 'reports:view-confidential', { except })).resolves.toBeUndefined();
});

test('who holds nothing in a tenant can do nothing there', async () => {
  await expect(tenantsStayApart(policy)).resolves.toBeUndefined();
});
