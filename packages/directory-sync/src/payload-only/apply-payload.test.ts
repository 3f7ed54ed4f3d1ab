import { createPermitClient } from '@latchkey/permissions/permit';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { defineDirectoryMapping } from '../mapping/define-directory-mapping.ts';
import { createPermitFacts } from '../permit/permit-facts.ts';
import { originAttribute, formatSuspendedRoles } from '../plan/managed-by-sync.ts';
import { startPermitEmulator } from '../testing/start-emulators.ts';
import { testMapping, testPolicy } from '../testing/test-policy.ts';
import { applyPayload } from './apply-payload.ts';
import { type Payload, organizationPayload, userPayload } from './payload.ts';
import { LogtoEvent } from '../events/logto-event.ts';

const emulator = await startPermitEmulator(testPolicy);
const deps = { permit: createPermitFacts(createPermitClient(emulator.connection)), mapping: testMapping };
afterAll(() => emulator[Symbol.asyncDispose]());

let count = 0;
let id: string;
let organization: string;
beforeEach(() => {
  count += 1;
  [id, organization] = [`user-${count}`, `organization-${count}`];
});
const kinds = async (payload: Payload, by = deps): Promise<string[]> =>
  (await applyPayload(payload, by)).operations.map(({ kind }) => kind);
const user = (more: object = {}): Payload => ({ kind: 'user', user: { id, ...more }, version: 1 });
const membership = (isMember: boolean): Payload => ({ kind: 'membership', user: id, organization, isMember });
const held = async (): Promise<string[]> => formatSuspendedRoles(await deps.permit.reads.grantsOf(id));
const attributes = async () => (await deps.permit.reads.user(id))?.attributes;

test('creates, suspends, reactivates and deletes a user, and reports each status', async () => {
  expect(await applyPayload(user({ name: 'Ann' }), deps)).toMatchObject({
    status: 'active',
    operations: [{ kind: 'create-user', user: { firstName: 'Ann' } }],
  });
  expect(await applyPayload(user({ name: 'Ann' }), deps)).toMatchObject({ status: 'active', operations: [] });
  const onInstance = { role: 'owner', tenant: 'default', instance: 'docs:1' };
  await deps.permit.writes.assign(id, onInstance);
  expect(await applyPayload(user({ isSuspended: true }), deps)).toMatchObject({ status: 'suspended' });
  expect(await held()).toEqual([]);
  expect(await applyPayload(user({ isSuspended: false }), deps)).toMatchObject({ status: 'active' });
  expect(await held()).toEqual(['owner@default#docs:1', 'viewer@default']);
  const gone: Payload = { kind: 'user-gone', id, version: 2 };
  expect(await applyPayload(gone, deps)).toMatchObject({
    status: 'gone',
    operations: [{ kind: 'delete-user' }],
  });
  expect(await applyPayload(gone, deps)).toMatchObject({ status: 'gone', operations: [] });
});

test('a user payload removes no roles, because it does not list them', async () => {
  await applyPayload(user(), deps);
  await applyPayload(membership(true), deps);
  await deps.permit.writes.assign(id, { role: 'admin', tenant: organization });
  await deps.permit.writes.assign(id, { role: 'auditor', tenant: 'default' });
  const all = await held();
  expect(all).toHaveLength(4);
  expect(await kinds(user({ name: 'New' }))).toEqual(['update-user']);
  expect(await held()).toEqual(all);
});

test('custom data and profile set the attributes mapped to them, and leave all others unchanged', async () => {
  await applyPayload(user({ customData: { clearance: 'secret' }, profile: { remote: true } }), deps);
  const part = (name: 'customData' | 'profile', value: unknown): Payload => ({
    kind: 'user-part',
    id,
    part: name,
    value,
  });
  expect(await kinds(part('customData', { clearance: 'secret' }))).toEqual([]);
  expect(await kinds(part('customData', { rank: { level: 2 } }))).toEqual(['update-user']);
  expect(await attributes()).toEqual({ [originAttribute]: id, level: 2, remote: true });
  expect(await kinds(part('profile', {}))).toEqual(['update-user']);
  expect(await attributes()).toEqual({ [originAttribute]: id, level: 2 });
  expect(await kinds(part('customData', { rank: { level: 2 }, clearance: 'public' }))).toEqual([
    'update-user',
  ]);
  expect(await attributes()).toEqual({ [originAttribute]: id, level: 2, clearance: 'public' });
  expect(await applyPayload({ kind: 'user-part', id: 'nobody', part: 'profile', value: {} }, deps)).toEqual({
    operations: [],
  });
});

test('creates, renames and deletes an organization', async () => {
  const named = (name: string): Payload => ({
    kind: 'organization',
    organization: { id: organization, name },
  });
  expect(await kinds(named('One'))).toEqual(['create-tenant']);
  expect(await kinds(named('One'))).toEqual([]);
  expect(await kinds(named('Two'))).toEqual(['update-tenant']);
  expect(await deps.permit.reads.tenant(organization)).toMatchObject({ name: 'Two' });
  const gone: Payload = { kind: 'organization-gone', id: organization };
  expect(await kinds(gone)).toEqual(['delete-tenant']);
  expect(await kinds(gone)).toEqual([]);
});

test('a new member gets the member role, with the tenant and the user created if needed; a member who leaves loses the roles that the mapping owns there', async () => {
  expect(await kinds(membership(true))).toEqual(['create-tenant', 'create-user']);
  expect(await attributes()).toEqual({ [originAttribute]: id });
  expect(await held()).toEqual(['viewer@default', `viewer@${organization}`]);
  expect(await kinds(membership(true))).toEqual([]);
  for (const role of ['admin', 'editor']) await deps.permit.writes.assign(id, { role, tenant: organization }); // oxlint-disable-line no-await-in-loop
  expect(await kinds(membership(false))).toEqual(['unassign', 'unassign']);
  expect(await held()).toEqual([`editor@${organization}`, 'viewer@default']);
  expect(await kinds(membership(true))).toEqual(['assign']);
  expect(await kinds(membership(false))).toEqual(['unassign']);
  expect(await kinds(membership(false))).toEqual([]);
});

test('a new member gets the member role even with another role of the organization', async () => {
  await applyPayload(user(), deps);
  await applyPayload({ kind: 'organization', organization: { id: organization, name: 'x' } }, deps);
  await deps.permit.writes.assign(id, { role: 'admin', tenant: organization });
  expect(await kinds(membership(true))).toEqual(['assign']);
});

test('leaving an organization that is unknown or that sync did not create removes no roles', async () => {
  expect(await kinds(membership(false))).toEqual([]);
  await applyPayload(user(), deps);
  await deps.permit.writes.createTenant({ key: organization, name: 'x', description: null, attributes: {} });
  await deps.permit.writes.assign(id, { role: 'viewer', tenant: organization });
  expect(await kinds(membership(false))).toEqual([]);
});

test('without a member role, a new member gets no role', async () => {
  const mapping = defineDirectoryMapping(testPolicy, { organizationRoles: { owner: 'admin' } });
  expect(await kinds(membership(true), { ...deps, mapping })).toEqual([]);
});

test('does not delete what sync has not written', async () => {
  await deps.permit.writes.createTenant({ key: organization, name: 'x', description: null, attributes: {} });
  await deps.permit.writes.createUser({ key: id, email: null, firstName: null, attributes: {} }, []);
  expect(await applyPayload({ kind: 'user-gone', id, version: 1 }, deps)).toMatchObject({
    status: 'gone',
    operations: [],
  });
  expect(await kinds({ kind: 'organization-gone', id: organization })).toEqual([]);
});

const createdAt = '2026-11-24T13:55:19.270Z';
const at = Date.parse(createdAt);
const eventNamed = (event: string, more: object = {}): LogtoEvent =>
  LogtoEvent.parse({ event, createdAt, ...more });

test('a deletion has the version of the event; without a time it is the oldest', () => {
  expect(userPayload(eventNamed('User.Deleted'), 'ann')).toEqual({
    kind: 'user-gone',
    id: 'ann',
    version: at,
  });
  expect(userPayload(eventNamed('User.Deleted', { createdAt: 'soon' }), 'ann')).toMatchObject({ version: 0 });
});

test('a complete user has the version `updatedAt`, or else the time of the event', () => {
  const user = { id: 'ann', updatedAt: 7 };
  expect(userPayload(eventNamed('PostSignIn', { user }), 'ann')).toEqual({ kind: 'user', user, version: 7 });
  expect(userPayload(eventNamed('User.Created', { data: user }), 'ann')).toMatchObject({ version: 7 });
  expect(userPayload(eventNamed('User.Created', { data: { id: 'ann' } }), 'ann')).toMatchObject({
    version: at,
  });
});

test.each([
  ['/users/:userId/custom-data', { kind: 'user-part', id: 'ann', part: 'customData', value: { a: 1 } }],
  ['/users/:userId/profile', { kind: 'user-part', id: 'ann', part: 'profile', value: { a: 1 } }],
  ['/users/:userId/password', undefined],
])('an update by %s contains only the fields that were sent', (matchedRoute, payload) => {
  expect(userPayload(eventNamed('User.Data.Updated', { matchedRoute, data: { a: 1 } }), 'ann')).toEqual(
    payload,
  );
});

test('a membership event contains who joined or left, and the organization', () => {
  const event = eventNamed('Organization.Membership.Updated', {
    organizationId: 'acme',
    addedUserIds: ['ann'],
    removedUserIds: ['bob'],
  });
  const membership = { kind: 'membership', organization: 'acme' };
  expect(userPayload(event, 'ann')).toEqual({ ...membership, user: 'ann', isMember: true });
  expect(userPayload(event, 'bob')).toEqual({ ...membership, user: 'bob', isMember: false });
  const byPath = eventNamed('Organization.Membership.Updated', { params: { id: 'acme' } });
  expect(userPayload(byPath, 'ann')).toEqual({ ...membership, user: 'ann', isMember: false });
  expect(userPayload(eventNamed('Organization.Membership.Updated'), 'ann')).toBeUndefined();
  expect(
    userPayload(eventNamed('Organization.Membership.Updated', { organizationId: null }), 'ann'),
  ).toBeUndefined();
});

test('an organization event contains its data or its deletion; without a name it is unusable', () => {
  const data = { id: 'acme', name: 'Acme' };
  expect(organizationPayload(eventNamed('Organization.Data.Updated', { data }), 'acme')).toEqual({
    kind: 'organization',
    organization: data,
  });
  expect(organizationPayload(eventNamed('Organization.Deleted'), 'acme')).toEqual({
    kind: 'organization-gone',
    id: 'acme',
  });
  expect(
    organizationPayload(eventNamed('Organization.Created', { data: { id: 'acme' } }), 'acme'),
  ).toBeUndefined();
  expect(
    organizationPayload(eventNamed('Organization.Created', { data: { ...data, id: '' } }), 'acme'),
  ).toBeUndefined();
});
