import { expect, test } from 'vitest';
import { definePolicy } from '../core/define-policy.ts';
import { createTestPermissions } from './create-test-permissions.ts';
import { examplePolicy } from './fixtures/example.ts';
import { noRoleMay, tenantsStayApart } from './no-role-may.ts';

const messageOf = async (claim: Promise<void>): Promise<string> => {
  const error: unknown = await claim.then(
    () => 'held',
    (reason: unknown) => reason,
  );
  return error instanceof Error ? error.message : String(error);
};

const onInstances = [
  'reports#editor',
  'reports#reader',
  'collections#editor',
  'collections#reader',
  'accounts#owner',
] as const;

test.each([
  ['reports:publish', ['editor', 'admin']],
  ['collections:edit', ['admin', 'collections#editor', 'accounts#owner']],
  ['reports:view', ['admin', 'viewer', 'cleared', ...onInstances]],
] as const)('noRoleMay: a claim about %s that lists every holder passes', async (permission, except) => {
  expect(await messageOf(noRoleMay(examplePolicy, permission, { except }))).toBe('held');
});

test.each([
  ['a role in the tenant', 'reports:publish', ['admin'], 'editor in'],
  ['a role over a link', 'collections:edit', ['admin', 'collections#editor'], 'owner of accounts:'],
  ['a role by condition', 'audit:view', ['admin'], '→ all audit →'],
] as const)(
  'noRoleMay: a claim that forgets %s fails and shows the chain',
  async (_, permission, except, way) => {
    expect(await messageOf(noRoleMay(examplePolicy, permission, { except }))).toContain(way);
  },
);

test('noRoleMay: the counterexample has only the role that grants the permission', async () => {
  expect(await messageOf(noRoleMay(examplePolicy, 'reports:publish', { except: ['admin'] }))).toMatch(
    /^Users: \{"(ann|bob)":\{"roles":\{"(acme|other)":\["editor"\]\}\}\}$/m,
  );
});

test('noRoleMay: a claim that omits a user set fails and prints the set', async () => {
  const except = ['admin', 'viewer', ...onInstances] as const;
  expect(await messageOf(noRoleMay(examplePolicy, 'reports:view', { except }))).toContain(
    'user set cleared → resource set confidential',
  );
});

test('noRoleMay: an unknown holder does not compile', async () => {
  // @ts-expect-error -- no such role
  const claim = noRoleMay(examplePolicy, 'audit:view', { except: ['admin', 'owner'] });
  expect(await messageOf(claim)).toContain('editor in');
});

test('tenantsStayApart ignores an instance role when the check names another tenant', async () => {
  const shared = definePolicy({
    resources: { reports: { actions: ['view'], roles: { reader: { permissions: ['view'] } } } },
    roles: { viewer: { permissions: ['reports:view'] } },
    defaultRole: 'viewer',
  });
  expect(await messageOf(tenantsStayApart(shared))).toBe('held');
  const facts = {
    users: { ann: { instanceRoles: { 'reports:1': ['reader'] } } },
    tenants: { acme: {}, other: {} },
    instances: { 'reports:1': { tenant: 'acme' } },
  } as const;
  // As in Permit, the role applies in other tenants, too, so a loader must compare the tenant.
  expect(createTestPermissions(shared, facts).as('ann', 'other').can('reports:view', '1')).toBe(true);
});

test('tenantsStayApart passes only when conditions require a role in the tenant', async () => {
  expect(await messageOf(tenantsStayApart(examplePolicy))).toBe('held');
  const crossing = definePolicy({
    userAttributes: { staff: 'bool' },
    resources: { reports: { actions: ['view'] } },
    roles: { viewer: { permissions: ['reports:view'] } },
    userSets: { staff: { where: { 'user.staff': { equals: true } } } },
    rules: [{ userSet: 'staff', resource: 'reports', permissions: ['reports:view'] }],
    defaultRole: 'viewer',
  });
  expect(await messageOf(tenantsStayApart(crossing))).toContain(
    'user set staff → all reports → reports:view',
  );
});
