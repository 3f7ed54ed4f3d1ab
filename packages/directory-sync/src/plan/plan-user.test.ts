import { expect, test } from 'vitest';
import { testMapping } from '../testing/test-policy.ts';
import { originAttribute, suspendedRolesAttribute } from './managed-by-sync.ts';
import { planOrganization } from './plan.ts';
import { mappedGrants, planUser } from './plan-user.ts';
import type { LogtoUserState, PermitGrant, PermitUserState } from './states.ts';

const everyRole: PermitGrant[] = ['default', 'acme', 'beta'].flatMap((tenant) =>
  ['viewer', 'editor', 'auditor', 'admin'].map((role) => ({ role, tenant })),
);
const permitUser = (more: Partial<PermitUserState> = {}): PermitUserState => ({
  key: 'ann',
  email: null,
  firstName: null,
  lastName: 'Lee',
  attributes: { [originAttribute]: 'ann' },
  grants: everyRole,
  foreignTenants: new Set(),
  ...more,
});
const logtoUser = (more: Partial<LogtoUserState> = {}): LogtoUserState => ({
  user: { id: 'ann' },
  roles: [],
  memberships: [],
  ...more,
});
const removed = (logto: LogtoUserState, permit = permitUser()): string[] =>
  planUser(logto, permit, testMapping)
    .flatMap((one) => (one.kind === 'unassign' ? [`${one.grant.role}@${one.grant.tenant}`] : []))
    .toSorted();
const inOrganizations = ['admin', 'auditor', 'viewer'].flatMap((role) => [`${role}@acme`, `${role}@beta`]);

test('does not remove roles when the user roles, the memberships, or the roles of one membership are unknown', () => {
  expect(removed(logtoUser({ roles: undefined, memberships: undefined }))).toEqual([]);
  expect(removed(logtoUser({ roles: undefined }))).toEqual(inOrganizations);
  expect(removed(logtoUser({ memberships: undefined }))).toEqual(['admin@default', 'auditor@default']);
  const memberships = [{ organization: 'acme', roles: undefined }];
  expect(removed(logtoUser({ roles: ['Staff admin'], memberships }))).toEqual([
    'admin@beta',
    'auditor@beta',
    'auditor@default',
    'viewer@beta',
  ]);
});

test('ending a suspension restores the roles that the mapping does not decide, and none twice', () => {
  const attributes = {
    [originAttribute]: 'ann',
    [suspendedRolesAttribute]: ['admin@acme', 'editor@acme', 'owner@acme#docs:1', 'viewer@default'],
  };
  const permit = permitUser({ attributes, grants: [{ role: 'viewer', tenant: 'default' }] });
  const plan = planUser(
    logtoUser({ memberships: [{ organization: 'acme', roles: [] }] }),
    permit,
    testMapping,
  );
  expect(plan.map((one) => ('grant' in one ? [one.kind, one.grant] : [one.kind]))).toEqual([
    ['assign', { role: 'viewer', tenant: 'acme' }],
    ['restore', { role: 'editor', tenant: 'acme' }],
    ['restore', { role: 'owner', tenant: 'acme', instance: 'docs:1' }],
    ['clear-suspended-roles'],
  ]);
  expect(plan.at(-1)).toMatchObject({ user: { attributes: { [originAttribute]: 'ann' } }, lastName: 'Lee' });
});

test('an update carries all fields, and equal fields make no update', () => {
  const same = permitUser({ email: 'a@x.test', firstName: 'Ann', grants: [] });
  const user = { id: 'ann', primaryEmail: 'a@x.test', name: 'Ann' };
  expect(planUser(logtoUser({ user }), same, testMapping)).toEqual([]);
  for (const changed of [{ email: null }, { firstName: null }, { attributes: {} }]) {
    expect(planUser(logtoUser({ user }), { ...same, ...changed }, testMapping)).toEqual([
      {
        kind: 'update-user',
        lastName: 'Lee',
        user: { key: 'ann', email: 'a@x.test', firstName: 'Ann', attributes: { [originAttribute]: 'ann' } },
      },
    ]);
  }
});

test('several Logto roles that map to one role give one grant', () => {
  const memberships = [{ organization: 'default', roles: ['owner', 'owner', 'guest'] }];
  const state = logtoUser({ roles: ['Staff admin', 'Staff admin', 'Unmapped'], memberships });
  expect(mappedGrants(state, testMapping)).toEqual([
    { role: 'admin', tenant: 'default' },
    { role: 'viewer', tenant: 'x--ZGVmYXVsdA' },
    { role: 'admin', tenant: 'x--ZGVmYXVsdA' },
  ]);
});

test('creates a tenant, adopts it with its attributes, updates it, or leaves it unchanged', () => {
  const organization = { id: 'acme', name: 'Acme', description: 'All of it' };
  const tenant = {
    key: 'acme',
    name: 'Acme',
    description: 'All of it',
    attributes: { [originAttribute]: 'acme' },
  };
  expect(planOrganization(organization, undefined)).toEqual([{ kind: 'create-tenant', tenant }]);
  expect(planOrganization(organization, tenant)).toEqual([]);
  expect(planOrganization({ id: 'acme', name: 'Acme' }, { ...tenant, attributes: { plan: 'pro' } })).toEqual([
    {
      kind: 'update-tenant',
      tenant: { ...tenant, description: null, attributes: { plan: 'pro', [originAttribute]: 'acme' } },
    },
  ]);
});
