import { PermitApiError } from '@latchkey/permissions/permit';
import { expect, test } from 'vitest';
import type { LogtoManagement, OrganizationOfUser } from '../logto/logto-management.ts';
import { LogtoApiError } from '../logto/logto-transport.ts';
import { defineDirectoryMapping } from '../mapping/define-directory-mapping.ts';
import type { PermitReads } from '../permit/permit-facts.ts';
import { originAttribute } from '../plan/managed-by-sync.ts';
import type { PermitUserState } from '../plan/states.ts';
import { testMapping, testPolicy } from '../testing/test-policy.ts';
import { planForUser, type ReconcileDeps, type UserHint } from './plan-for-user.ts';

const managed: PermitUserState = {
  key: 'ann',
  email: null,
  firstName: null,
  lastName: null,
  attributes: { [originAttribute]: 'ann' },
  grants: [],
  foreignTenants: new Set(),
};

interface World {
  readonly isMachine?: boolean;
  /** Absent if Logto does not have the user. */
  readonly logto?: {
    readonly isSuspended?: boolean;
    readonly roles?: string[];
    readonly organizations?: OrganizationOfUser[];
  };
  readonly permit?: PermitUserState;
  /** By the name of the call. */
  readonly failing?: Readonly<Record<string, Error>>;
  readonly mapping?: ReconcileDeps['mapping'];
}

/** Both directories with one user. Records the names of the calls. */
function depsOf({ logto, permit, isMachine = false, failing = {}, mapping = testMapping }: World) {
  const calls: string[] = [];
  const answer = async <T>(name: string, value: T): Promise<T> => {
    calls.push(name);
    const error = failing[name];
    if (error !== undefined) throw error;
    return value;
  };
  const user = logto && { id: 'ann', isSuspended: logto.isSuspended ?? false };
  const management: Pick<
    LogtoManagement,
    'user' | 'isApplication' | 'rolesOf' | 'organizationsOf' | 'organization' | 'accountCenter'
  > = {
    user: () => answer('logto user', user),
    isApplication: () => answer('logto application', isMachine),
    rolesOf: () => answer('logto roles', logto?.roles ?? []),
    organizationsOf: () => answer('logto organizations', logto?.organizations ?? []),
    organization: () => answer('logto organization', undefined),
    accountCenter: () => answer('logto account center', { enabled: false, fields: {} }),
  };
  const reads: Pick<PermitReads, 'user' | 'grantsOf' | 'tenant'> = {
    user: () => answer('permit user', permit),
    grantsOf: () => answer('permit grants', [{ role: 'owner', tenant: 'acme', instance: 'docs:1' }]),
    tenant: () => answer('permit tenant', undefined),
  };
  const deps = { logto: management, permit: { reads }, mapping } as unknown as ReconcileDeps; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the other calls are not made
  return { deps, calls };
}

async function plan(world: World, hint: Partial<UserHint> = {}) {
  const { deps, calls } = depsOf(world);
  const statuses: string[] = [];
  const onStatus = async (status: string): Promise<void> => {
    statuses.push(status);
    calls.push(`status ${status}`);
  };
  const { status, operations } = await planForUser(
    { id: 'ann', because: 'delivery', onStatus, ...hint },
    deps,
  );
  return { status, kinds: operations.map(({ kind }) => kind), operations, statuses, calls };
}

test.each([
  ['delivery', 'active', { logto: {} }],
  ['delivery', 'suspended', { logto: { isSuspended: true } }],
  ['delivery', 'gone', {}],
  ['delivery', 'gone', { permit: managed }],
  ['delivery', 'machine', { isMachine: true }],
  ['delivery', 'machine', { isMachine: true, permit: managed }],
  ['delivery', 'active', { isMachine: true, logto: {} }],
  ['token', 'gone', { permit: managed }],
  ['token', 'unknown', {}],
  ['token', 'unknown', { permit: { ...managed, attributes: {} } }],
] as const)('triggered by a %s, the user is %s: %o', async (because, status, world) => {
  const found = await plan(world, { because });
  expect([found.status, found.statuses.at(-1) ?? 'unknown']).toEqual([status, status]);
  expect(found.statuses.length).toBeLessThanOrEqual(1);
});

test.each([
  ['suspended', { logto: { isSuspended: true } }],
  ['gone', {}],
] as const)('reports %s although Permit does not answer', async (status, world) => {
  const outage = new PermitApiError('silence', { permitStatus: undefined, cause: undefined });
  const { deps } = depsOf({ ...world, failing: { 'permit user': outage } });
  const statuses: string[] = [];
  const onStatus = async (found: string): Promise<void> => void statuses.push(found);
  await expect(planForUser({ id: 'ann', because: 'delivery', onStatus }, deps)).rejects.toBe(outage);
  expect(statuses).toEqual([status]);
});

const failingRoles = (status: number) => ({ 'logto roles': new LogtoApiError('no', { status }) });

test('a user deleted between two calls to Logto is gone; other errors of Logto do not decide the status', async () => {
  expect(await plan({ logto: {}, permit: managed, failing: failingRoles(404) })).toMatchObject({
    status: 'gone',
    kinds: ['delete-user'],
  });
  await expect(plan({ logto: {}, permit: managed, failing: failingRoles(403) })).rejects.toMatchObject({
    status: 403,
  });
});

test('users who are gone or suspended also lose their roles on instances', async () => {
  const grant = { role: 'owner', tenant: 'acme', instance: 'docs:1' };
  expect((await plan({ permit: managed })).operations).toEqual([
    { kind: 'delete-user', key: 'ann', grants: [grant] },
  ]);
  const suspended = await plan({ logto: { isSuspended: true }, permit: managed });
  expect(suspended.operations).toContainEqual({ kind: 'unassign', user: 'ann', grant });
});

test('does not query Permit for a probably new user, unless Logto does not have them', async () => {
  expect((await plan({ logto: {} }, { isNew: true })).calls).not.toContain('permit user');
  expect((await plan({ permit: managed }, { isNew: true })).kinds).toEqual(['delete-user']);
});

test('first creates the tenants that the user’s new roles need, and no others', async () => {
  const organizations = [
    { id: 'acme', name: 'Acme', roles: [] },
    { id: 'beta', name: 'Beta', roles: [] },
  ];
  const grants = [{ role: 'viewer', tenant: 'beta' }];
  expect((await plan({ logto: { organizations }, permit: { ...managed, grants } })).operations).toMatchObject(
    [
      { kind: 'create-tenant', tenant: { key: 'acme', name: 'Acme' } },
      { kind: 'assign', grant: { tenant: 'acme' } },
    ],
  );
  expect((await plan({ logto: { organizations } })).kinds).toEqual([
    'create-tenant',
    'create-tenant',
    'create-user',
  ]);
});

test('checks tenants only where a role may have to be removed', async () => {
  const grants = ['default', 'acme', 'beta'].flatMap((tenant) =>
    ['viewer', 'editor'].map((role) => ({ role, tenant })),
  );
  const organizations = [{ id: 'acme', name: 'Acme', roles: [] }];
  const { calls } = await plan({ logto: { organizations }, permit: { ...managed, grants } });
  expect(calls.filter((call) => call === 'permit tenant')).toHaveLength(1);
  const member = await plan({ logto: { organizations }, permit: { ...managed, grants: grants.slice(0, 4) } });
  expect(member.calls).not.toContain('permit tenant');
});

test('does not read what the mapping does not use', async () => {
  const none = await plan({ logto: {}, mapping: defineDirectoryMapping(testPolicy, {}) });
  expect(none.calls.filter((call) => call.startsWith('logto'))).toEqual(['logto user']);
  const all = await plan({ logto: {} });
  expect(all.calls.filter((call) => call.startsWith('logto'))).toEqual([
    'logto user',
    'logto roles',
    'logto organizations',
    'logto account center',
  ]);
});

test('reports a suspension although the editable fields are unknown, and the plan fails', async () => {
  const failing = { 'logto account center': new Error('unavailable') };
  const statuses: string[] = [];
  const onStatus = async (status: string): Promise<void> => void statuses.push(status);
  await expect(plan({ logto: { isSuspended: true }, failing }, { onStatus })).rejects.toThrow('unavailable');
  expect(statuses).toEqual(['suspended']);
});
