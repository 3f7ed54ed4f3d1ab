import { Permit } from 'permitio';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { idOf } from '../testing/management-api.ts';
import { startTwoEmulators } from '../testing/two-emulators.ts';
import { subjectsOf } from '../events/subjects-of.ts';
import { createLogtoManagement } from '../logto/logto-management.ts';
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
beforeEach(() => two.deliveries());

let count = 0;
const newUser = async (more: object = {}): Promise<string> =>
  idOf(await two.manage('POST', '/users', { username: `user_${++count}`, ...more }));
const newOrganization = async (): Promise<string> =>
  idOf(await two.manage('POST', '/organizations', { name: `Organization ${++count}` }));
const rolesOf = async (key: string): Promise<string[]> =>
  ((await sdk.api.users.get(key)).roles ?? []).map(({ role, tenant }) => `${role}@${tenant}`).toSorted();
const sync = (id: string) => reconcileUser({ id, because: 'delivery' }, two.deps);

test('a user is created, gets roles and joins an organization, is suspended, reactivated and deleted', async () => {
  const id = await newUser({
    primaryEmail: 'ann@example.test',
    name: 'Ann',
    customData: { clearance: 'secret' },
  });
  expect(await sync(id)).toMatchObject({ status: 'active', operations: [{ kind: 'create-user' }] });
  expect(await sdk.api.users.get(id)).toMatchObject({
    email: 'ann@example.test',
    first_name: 'Ann',
    attributes: { clearance: 'secret', logto_id: id },
    roles: [{ role: 'viewer', tenant: 'default' }],
  });

  const organization = await newOrganization();
  await two.manage('POST', `/organizations/${organization}/users`, { userIds: [id] });
  await two.manage('POST', `/organizations/${organization}/users/${id}/roles`, {
    organizationRoleIds: ['owner'],
  });
  await two.manage('POST', `/users/${id}/roles`, { roleIds: ['staff-auditor', 'unmapped'] });
  expect((await sync(id)).operations.map(({ kind }) => kind)).toEqual([
    'create-tenant',
    'update-user',
    'assign',
    'assign',
    'assign',
  ]);
  const whole = [
    'auditor@default',
    'viewer@default',
    `admin@${organization}`,
    `viewer@${organization}`,
  ].toSorted();
  expect(await rolesOf(id)).toEqual(whole);
  expect((await sync(id)).operations).toEqual([]);

  await two.manage('PATCH', `/users/${id}/is-suspended`, { isSuspended: true });
  expect(await sync(id)).toMatchObject({ status: 'suspended' });
  expect(await rolesOf(id)).toEqual([]);
  await two.manage('PATCH', `/users/${id}/is-suspended`, { isSuspended: false });
  await sync(id);
  expect(await rolesOf(id)).toEqual(whole);
  expect((await sdk.api.users.get(id)).attributes).not.toHaveProperty('logto_suspended_roles');

  await two.manage('DELETE', `/organizations/${organization}/users/${id}`);
  await sync(id);
  expect(await rolesOf(id)).toEqual(['auditor@default', 'viewer@default']);
  await two.manage('DELETE', `/users/${id}`);
  expect(await sync(id)).toMatchObject({ status: 'gone' });
  await expect(sdk.api.users.get(id)).rejects.toMatchObject({ response: { status: 404 } });
});

test('an organization is created and renamed, its mismatched members are found, and its tenant is deleted with it', async () => {
  const [id, member] = [await newOrganization(), await newUser()];
  await two.manage('POST', `/organizations/${id}/users`, { userIds: [member] });
  await sync(member);
  expect(await reconcileOrganization(id, two.deps)).toMatchObject({ operations: [], mismatchedUserIds: [] });
  await sdk.api.roleAssignments.unassign({ user: member, role: 'viewer', tenant: id });
  await two.manage('PATCH', `/organizations/${id}`, { name: 'Renamed' });
  expect(await reconcileOrganization(id, two.deps)).toMatchObject({
    operations: [{ kind: 'update-tenant' }],
    mismatchedUserIds: [member],
  });
  expect(await sdk.api.tenants.get(id)).toMatchObject({ name: 'Renamed' });
  await two.manage('DELETE', `/organizations/${id}`);
  expect(await reconcileOrganization(id, two.deps)).toMatchObject({ status: 'gone' });
  await expect(sdk.api.tenants.get(id)).rejects.toMatchObject({ response: { status: 404 } });
});

test('members are mismatched only when they hold too many or too few of the roles that the mapping owns', async () => {
  const id = await newOrganization();
  const [equal, less, more, former, other] = await Promise.all([1, 2, 3, 4, 5].map(() => newUser()));
  const members = [equal, less, more].map(String);
  await two.manage('POST', `/organizations/${id}/users`, { userIds: members });
  await two.manage('POST', `/organizations/${id}/users/${equal}/roles`, {
    organizationRoleIds: ['owner', 'controller'],
  });
  for (const user of [...members, former, other].map(String)) await sync(user); // oxlint-disable-line no-await-in-loop
  const assign = (user: unknown, role: string, on: object = {}) =>
    sdk.api.roleAssignments.assign({ user: String(user), role, tenant: id, ...on });
  await reconcileOrganization(id, two.deps);
  await assign(equal, 'editor');
  await assign(equal, 'owner', { resource_instance: 'docs:1' });
  await assign(other, 'editor');
  await assign(more, 'admin');
  await assign(former, 'viewer');
  await sdk.api.roleAssignments.unassign({ user: String(less), role: 'viewer', tenant: id });
  const { mismatchedUserIds } = await reconcileOrganization(id, two.deps);
  expect(mismatchedUserIds.toSorted()).toEqual([less, more, former].map(String).toSorted());
});

test('a presumably new user is created without a read, and reconciled when Permit already has them', async () => {
  const [fresh, known] = await Promise.all([newUser(), newUser({ name: 'Old' })]);
  const isNew = (id: string) => reconcileUser({ id, because: 'delivery', isNew: true }, two.deps);
  expect((await isNew(fresh)).operations.map(({ kind }) => kind)).toEqual(['create-user']);
  expect(await rolesOf(fresh)).toEqual(['viewer@default']);
  await sync(known);
  await sdk.api.roleAssignments.unassign({ user: known, role: 'viewer', tenant: 'default' });
  await two.manage('PATCH', `/users/${known}`, { name: 'New' });
  expect((await isNew(known)).operations.map(({ kind }) => kind)).toEqual(['update-user']);
  expect(await rolesOf(known)).toEqual([]);
  expect(await sdk.api.users.get(known)).toMatchObject({ first_name: 'New' });
  two.permit.faults.add({ method: 'POST', path: '/v2/facts/*', status: 422, count: 1 });
  await expect(isNew(await newUser())).rejects.toMatchObject({ permitStatus: 422 });
});

test('an organization deleted in the meantime fails neither its own reconcile nor that of the whole directory', async () => {
  const organization = await newOrganization();
  const deleted = { path: `/api/organizations/${organization}/users`, status: 404 };
  two.logto.addFault(deleted);
  expect(await reconcileOrganization(organization, two.deps)).toMatchObject({ mismatchedUserIds: [] });
  expect(await reconcileAll(two.deps, { dryRun: true })).toMatchObject({ failed: [] });
  two.logto.clearFaults();
});

test('a plan outdated by another reconcile is made again', async () => {
  const [id, organization] = [await newUser(), await newOrganization()];
  await two.manage('POST', `/organizations/${organization}/users`, { userIds: [id] });
  await reconcileOrganization(organization, two.deps);
  await sync(id);
  await two.manage('PUT', `/organizations/${organization}/users/${id}/roles`, {
    organizationRoleIds: ['owner'],
  });
  // Deleted after the user is planned and before the plan's first call.
  let isDeleted = false;
  const { writes } = two.deps.permit;
  const assign: typeof writes.assign = async (...given) => {
    if (!isDeleted) await two.manage('DELETE', `/organizations/${organization}`);
    isDeleted = true;
    await reconcileOrganization(organization, two.deps);
    return writes.assign(...given);
  };
  const deps = { ...two.deps, permit: { ...two.deps.permit, writes: { ...writes, assign } } };
  await reconcileUser({ id, because: 'delivery' }, deps);
  expect(isDeleted).toBe(true);
  expect(await rolesOf(id)).toEqual(['viewer@default']);
});

test('the token of a machine neither creates a user nor removes roles', async () => {
  await sdk.api.users.create({ key: 'robot', role_assignments: [{ role: 'editor', tenant: 'default' }] });
  for (const id of ['robot', 'nobody']) {
    const outcome = await reconcileUser({ id, because: 'token' }, two.deps);
    expect(outcome).toMatchObject({ status: 'unknown', operations: [] });
  }
  expect(await rolesOf('robot')).toEqual(['editor@default']);
});

test('reconciles the whole directory: in bulk, idempotent, guarded, and with a dry run', async () => {
  const users = await Promise.all(Array.from({ length: 60 }, () => newUser()));
  const organization = await newOrganization();
  await two.manage('POST', `/organizations/${organization}/users`, { userIds: users });
  const dry = await reconcileAll(two.deps, { dryRun: true });
  expect(dry.operations.length).toBeGreaterThanOrEqual(61);
  expect((await reconcileAll(two.deps, { force: true })).failed).toEqual([]);
  expect(await rolesOf(users[59] ?? '')).toEqual([`viewer@${organization}`, 'viewer@default'].toSorted());
  expect((await reconcileAll(two.deps)).operations).toEqual([]);

  for (const id of users) await two.manage('DELETE', `/users/${id}`); // oxlint-disable-line no-await-in-loop
  await expect(reconcileAll(two.deps)).rejects.toMatchObject({
    code: 'SYNC_MASS_CHANGE',
    affected: 60,
    allowed: 50,
  });
  expect(await rolesOf(users[0] ?? '')).not.toEqual([]);
  expect((await reconcileAll(two.deps, { force: true })).failed).toEqual([]);
  await expect(sdk.api.users.get(users[0] ?? '')).rejects.toMatchObject({ response: { status: 404 } });
  expect((await sdk.api.users.get('robot')).key).toBe('robot');
});

test('repeats the call after a 429 with `retry-after`, and loses nothing', async () => {
  const id = await newUser();
  two.permit.faults.add({
    method: 'POST',
    path: '/v2/facts/*',
    status: 429,
    headers: { 'retry-after': '1' },
    count: 2,
  });
  await sync(id);
  expect(await rolesOf(id)).toEqual(['viewer@default']);
});

test('a run continues after a 429 from Logto with `retry-after`', async () => {
  const id = await newUser();
  two.logto.addFault({ path: '/api/users', status: 429, headers: { 'retry-after': '0' }, count: 2 });
  await reconcileAll(two.deps, { force: true, signal: new AbortController().signal });
  expect(await rolesOf(id)).toEqual(['viewer@default']);
});

test('an outage of Permit rejects as retryable after the status was reported', async () => {
  const id = await newUser();
  await sync(id);
  await two.manage('PATCH', `/users/${id}/is-suspended`, { isSuspended: true });
  const { id: fault } = two.permit.faults.add({ path: '/v2/*', status: 503 });
  const statuses: string[] = [];
  const onStatus = async (status: string): Promise<void> => void statuses.push(status);
  await expect(reconcileUser({ id, because: 'delivery', onStatus }, two.deps)).rejects.toMatchObject({
    retryable: true,
  });
  expect(statuses).toEqual(['suspended']);
  two.permit.faults.remove(fault);
});

test('the events sent by Logto name their subjects', async () => {
  const [id, organization] = [await newUser(), await newOrganization()];
  await two.manage('POST', `/organizations/${organization}/users`, { userIds: [id] });
  await two.manage('PATCH', `/users/${id}/custom-data`, { customData: { id: 'nobody' } });
  await two.manage('DELETE', `/organizations/${organization}`);
  await two.manage('DELETE', `/users/${id}`);
  const events = await two.deliveries();
  const user = [{ kind: 'user', id }];
  expect(events.map((event) => [event.event, subjectsOf(event)])).toEqual([
    ['User.Created', user],
    ['Organization.Created', [{ kind: 'organization', id: organization }]],
    ['Organization.Membership.Updated', user],
    ['User.Data.Updated', user],
    ['Organization.Deleted', [{ kind: 'organization', id: organization }]],
    ['User.Deleted', user],
  ]);
});

const attributeOf = async (key: string, name: string): Promise<unknown> =>
  Object(await sdk.api.users.get(key)).attributes[name];
const editCustomData = (setting: string) =>
  two.manage('PATCH', '/account-center', { enabled: true, fields: { customData: setting } });
/** A new client has not cached the account center's settings. */
const fresh = () => ({ ...two.deps, logto: createLogtoManagement(two.logtoConnection) });
const takeRole = (id: string, role: string) => two.manage('DELETE', `/users/${id}/roles/${role}`);

test('an attribute by role follows the role; of several, the order of the mapping decides', async () => {
  const id = await newUser({ customData: { badge: 'gold' } });
  const all = async (): Promise<unknown> => {
    await reconcileAll(two.deps);
    return attributeOf(id, 'badge');
  };
  expect(await all()).toBeUndefined();
  await two.manage('POST', `/users/${id}/roles`, { roleIds: ['badge-only', 'staff-auditor', 'unmapped'] });
  expect(await all()).toBe('silver');
  await takeRole(id, 'staff-auditor');
  await sync(id);
  expect(await attributeOf(id, 'badge')).toBe('blue');
  await takeRole(id, 'badge-only');
  expect(await all()).toBeUndefined();
});

test('an attribute that users can edit themselves is ignored, removed from users who have it, and reported', async () => {
  const [ann, bob] = [
    await newUser({ customData: { clearance: 'secret' } }),
    await newUser({ customData: { clearance: 'secret' } }),
  ];
  const clearances = () => Promise.all([ann, bob].map((id) => attributeOf(id, 'clearance')));
  await reconcileAll(fresh());
  expect(await clearances()).toEqual(['secret', 'secret']);
  await editCustomData('Edit');
  await reconcileUser({ id: ann, because: 'delivery' }, fresh());
  expect(await clearances()).toEqual([undefined, 'secret']);
  expect(await reconcileAll(fresh(), { dryRun: true })).toMatchObject({ untrusted: ['clearance', 'level'] });
  expect(await reconcileAll(fresh())).toMatchObject({ untrusted: ['clearance', 'level'], failed: [] });
  expect(await clearances()).toEqual([undefined, undefined]);
  expect(await attributeOf(ann, 'logto_id')).toBe(ann);
  await editCustomData('ReadOnly');
  expect(await reconcileAll(fresh())).toMatchObject({ untrusted: [] });
  expect(await clearances()).toEqual(['secret', 'secret']);
});
