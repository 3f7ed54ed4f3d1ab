import { Permit } from 'permitio';
import { afterAll, expect, test } from 'vitest';
import type { LogtoManagement } from '../logto/logto-management.ts';
import { isRemoval } from '../plan/operation.ts';
import { formatSuspendedRoles } from '../plan/managed-by-sync.ts';
import { heldByPermit } from '../testing/directories.ts';
import { idOf } from '../testing/management-api.ts';
import { startTwoEmulators } from '../testing/two-emulators.ts';
import { reconcileAll } from './reconcile-all.ts';
import { reconcileOrganization } from './reconcile-organization.ts';
import { reconcileUser } from './reconcile-user.ts';

const two = await startTwoEmulators();
const sdk = new Permit({
  token: two.permit.keys.environment,
  apiUrl: two.permit.url,
  log: { level: 'silent' },
});
afterAll(() => two.close());

let count = 0;
const newUser = async (): Promise<string> =>
  idOf(await two.manage('POST', '/users', { username: `user_${++count}` }));
const newOrganization = async (): Promise<string> =>
  idOf(await two.manage('POST', '/organizations', { name: `Organization ${++count}` }));
const sync = (id: string) => reconcileUser({ id, because: 'delivery' }, two.deps);
const syncAll = (deps = two.deps) => reconcileAll(deps, { force: true });
const grantsOf = async (user: string): Promise<string[]> =>
  formatSuspendedRoles(await two.deps.permit.reads.grantsOf(user));
async function newMember(organization: string): Promise<string> {
  const id = await newUser();
  await two.manage('POST', `/organizations/${organization}/users`, { userIds: [id] });
  await two.manage('POST', `/organizations/${organization}/users/${id}/roles`, {
    organizationRoleIds: ['owner'],
  });
  await two.manage('POST', `/users/${id}/roles`, { roleIds: ['staff-auditor'] });
  return id;
}

/** Logto's offset paging may skip items while others change. */
async function* without<Item extends { readonly id: string }>(
  pages: AsyncGenerator<Item[], void>,
  ids: readonly string[],
): AsyncGenerator<Item[], void> {
  for await (const page of pages) yield page.filter(({ id }) => !ids.includes(id));
}

const skipping: [string, (skipped: readonly string[]) => Partial<LogtoManagement>][] = [
  ['users', (ids) => ({ users: (options) => without(two.deps.logto.users(options), ids) })],
  [
    'organizations',
    (ids) => ({ organizations: (options) => without(two.deps.logto.organizations(options), ids) }),
  ],
  ['members', (ids) => ({ members: (id, options) => without(two.deps.logto.members(id, options), ids) })],
  [
    'holders of a role',
    (ids) => ({ holders: (id, options) => without(two.deps.logto.holders(id, options), ids) }),
  ],
];

test.each(skipping)('a user missing from Logto’s list of %s loses nothing', async (_, skip) => {
  const organization = await newOrganization();
  const members = await Promise.all([newMember(organization), newMember(organization)]);
  await syncAll();
  const before = await heldByPermit(two.deps);
  const deps = { ...two.deps, logto: { ...two.deps.logto, ...skip([...members, organization]) } };
  expect((await reconcileAll(deps, { dryRun: true, force: true })).operations.filter(isRemoval)).toEqual([]);
  expect((await syncAll(deps)).operations.filter(isRemoval)).toEqual([]);
  expect(await heldByPermit(two.deps)).toEqual(before);
  expect(await grantsOf(members[0])).toHaveLength(4);
});

test('deletes a user who is really gone, although another was missing from the same list', async () => {
  const organization = await newOrganization();
  const [gone, retained] = [await newMember(organization), await newMember(organization)];
  await syncAll();
  await two.manage('DELETE', `/users/${gone}`);
  const users: LogtoManagement['users'] = (options) => without(two.deps.logto.users(options), [retained]);
  const { operations } = await syncAll({ ...two.deps, logto: { ...two.deps.logto, users } });
  expect(operations.filter(isRemoval)).toMatchObject([{ kind: 'delete-user', key: gone }]);
});

test('a run deletes the tenant of a deleted organization with the roles in it', async () => {
  const organization = await newOrganization();
  const id = await newMember(organization);
  await syncAll();
  await two.manage('DELETE', `/organizations/${organization}`);
  expect((await syncAll()).operations.filter(isRemoval)).toContainEqual({
    kind: 'delete-tenant',
    key: organization,
  });
  await expect(sdk.api.tenants.get(organization)).rejects.toMatchObject({ response: { status: 404 } });
  expect(await grantsOf(id)).toEqual(['auditor@default', 'viewer@default']);
});

test('a run creates a tenant once, even if many members who lose something else need it', async () => {
  const before = await newOrganization();
  const members = [await newMember(before), await newMember(before), await newMember(before)];
  for (const id of members) await sync(id); // oxlint-disable-line no-await-in-loop -- sequential
  const after = await newOrganization();
  await two.manage('POST', `/organizations/${after}/users`, { userIds: members });
  for (const id of members) await two.manage('DELETE', `/organizations/${before}/users/${id}`); // oxlint-disable-line no-await-in-loop
  const { operations, failed } = await syncAll();
  expect(operations.filter(({ kind }) => kind === 'create-tenant')).toHaveLength(1);
  expect(failed).toEqual([]);
});

test('a removal whose confirmation fails removes nothing', async () => {
  const gone = await newUser();
  await syncAll();
  await two.manage('DELETE', `/users/${gone}`);
  two.logto.addFault({ path: `/api/users/${gone}`, status: 500 });
  await expect(syncAll()).rejects.toMatchObject({ code: 'LOGTO_API_ERROR', retryable: true });
  two.logto.clearFaults();
  expect(await sdk.api.users.get(gone)).toMatchObject({ key: gone });
});

test.each([1, 12])(
  '%i deleted users who are created again with the same keys hold none of their old roles',
  async (users) => {
    const organization = await newOrganization();
    const ids = await Promise.all(Array.from({ length: users }, () => newMember(organization)));
    await syncAll();
    await Promise.all(
      ids.map((user) =>
        sdk.api.roleAssignments.assign({
          user,
          role: 'owner',
          tenant: organization,
          resource_instance: `docs:${user}`,
        }),
      ),
    );
    expect(await grantsOf(ids[0] ?? '')).toContain(`owner@${organization}#docs:${ids[0]}`);
    for (const id of ids) await two.manage('DELETE', `/users/${id}`); // oxlint-disable-line no-await-in-loop
    expect((await syncAll()).failed).toEqual([]);
    for (const key of ids) await sdk.api.users.create({ key }); // oxlint-disable-line no-await-in-loop
    const held = await Promise.all(ids.map(grantsOf));
    expect(held.flat()).toEqual([]);
  },
);

test('preserves users and tenants that others created in Permit, even when a delivery names them and Logto has no such user or organization', async () => {
  await sdk.api.tenants.create({ key: 'partner', name: 'Partner' });
  await sdk.api.users.create({ key: 'service', role_assignments: [{ role: 'admin', tenant: 'partner' }] });
  expect(await sync('service')).toMatchObject({ status: 'gone', operations: [] });
  expect(await reconcileOrganization('partner', two.deps)).toEqual({
    status: 'gone',
    operations: [],
    mismatchedUserIds: [],
  });
  await syncAll();
  expect(await grantsOf('service')).toEqual(['admin@partner']);
});

test('mapped roles are preserved in foreign tenants, and removed in those of organizations', async () => {
  await sdk.api.tenants.create({ key: 'others', name: 'Others' });
  const [organization, adopted] = [await newOrganization(), await newOrganization()];
  await sdk.api.tenants.create({ key: adopted, name: 'Created manually, before sync' });
  const id = await newMember(organization);
  await sync(id);
  for (const tenant of ['others', adopted, organization]) {
    for (const role of ['auditor', 'editor'])
      await sdk.api.roleAssignments.assign({ user: id, role, tenant }); // oxlint-disable-line no-await-in-loop
  }
  await two.manage('DELETE', `/organizations/${organization}/users/${id}`);
  const retained = [
    'auditor@default',
    'viewer@default',
    'auditor@others',
    'editor@others',
    `editor@${adopted}`,
    `editor@${organization}`,
  ].toSorted();
  await sync(id);
  expect(await grantsOf(id)).toEqual(retained);
  for (const tenant of [adopted, organization])
    await sdk.api.roleAssignments.assign({ user: id, role: 'auditor', tenant }); // oxlint-disable-line no-await-in-loop
  await syncAll();
  expect(await grantsOf(id)).toEqual(retained);
});
