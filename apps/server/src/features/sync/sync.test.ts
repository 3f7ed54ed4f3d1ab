import { idOf } from '@latchkey/directory-sync/testing';
import { eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { openFactChanges } from '../../directory/fact-changes.ts';
import { openBus } from '../../platform/bus/open-bus.ts';
import { directoryUsers, webhookDeliveries } from './tables.ts';
import { openStream } from '../../testing/listen.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { codeOf } from '../../testing/call-procedure.ts';
import { startTestLogto } from '../../testing/test-logto.ts';
import { startTestServer, startUpstreams } from '../../testing/test-server.ts';
import { untilIdle, waitFor } from '../../testing/wait-for.ts';

const logto = await startTestLogto();
const server = await startTestServer({ logto: logto.management });
await logto.hookTo(server.url);
const sdk = permitSdk(server.permit);
await sdk.api.users.create({ key: 'operator', role_assignments: [{ role: 'admin', tenant: 'default' }] });

const rolesOf = async (key: string): Promise<string[]> =>
  ((await sdk.api.users.get(key)).roles ?? []).map(({ role, tenant }) => `${role}@${tenant}`).toSorted();
const operator = () => server.asNewcomer('operator');
/** Reconciles the whole directory and waits for the end of the run, so that it does not affect the next test. */
async function reconcile(): Promise<void> {
  const client = await operator();
  const { id: run } = await client.sync.reconcile.mutate({});
  await waitFor(async () => expect(await client.sync.drift.query()).toMatchObject({ id: run }));
}
/** Waits for all deliveries, and for pending status checks, which would find what a test hides from the server. */
async function quiet(): Promise<void> {
  await logto.emulator.settled();
  await untilIdle(server.db);
}

test('a user and their organization are synced, with roles in its tenant; a sweep syncs roles that no event reports', async () => {
  const [id, organization] = [await logto.newUser({ name: 'Ann' }), await logto.newOrganization('Acme')];
  await logto.join(organization, id);
  await waitFor(async () =>
    expect(await rolesOf(id)).toEqual([`viewer@${organization}`, 'viewer@default'].toSorted()),
  );
  expect(await sdk.api.tenants.get(organization)).toMatchObject({ name: 'Acme' });

  await quiet();
  await logto.manage('PUT', `/organizations/${organization}/users/${id}/roles`, {
    organizationRoleIds: ['admin'],
  });
  const client = await operator();
  const { id: run } = await client.sync.reconcile.mutate({});
  await waitFor(async () =>
    expect(await client.sync.drift.query()).toMatchObject({ id: run, status: 'done' }),
  );
  expect(await client.sync.drift.query()).toMatchObject({
    report: { changes: { assign: 1 }, sample: [`${id}: assign admin@${organization}`], failed: 0 },
  });
  expect(await rolesOf(id)).toContain(`admin@${organization}`);
});

test('with a PDP that receives changes late, a user whom sync took a role from is refused', async () => {
  const its = await startTestLogto();
  const upstreams = await startUpstreams({ propagationDelay: 1_000 });
  await using slow = await startTestServer({ upstreams, logto: its.management });
  await its.hookTo(slow.url);
  const [id, organization] = [await its.newUser(), await its.newOrganization('Late')];
  await its.join(organization, id);
  const client = await slow.as(id, organization);
  await waitFor(() => client.reports.list.query({}));
  await its.emulator.settled();
  await untilIdle(slow.db);
  const bus = await openBus({ url: slow.databaseUrl, onError() {} });
  onTestFinished(() => bus.close());
  const changes: unknown[] = [];
  openFactChanges(bus).subscribe({ onMessage: (change) => changes.push(change), onGap() {} });
  await its.manage('DELETE', `/organizations/${organization}/users/${id}`);
  await its.emulator.settled();
  await untilIdle(slow.db);
  expect(await codeOf(client.reports.list.query({}))).toBe('FORBIDDEN');
  const assignment = { role: 'viewer', tenant: organization, assigned: false };
  await waitFor(() => expect(changes).toEqual([{ subject: id, assignment }]));
});

test('a suspended user is refused immediately, despite a valid token, and is admitted again afterwards', async () => {
  const id = await logto.newUser();
  await quiet();
  const client = await server.asNewcomer(id);
  expect(await client.session.me.query()).toMatchObject({ roles: ['viewer'] });
  await logto.manage('PATCH', `/users/${id}/is-suspended`, { isSuspended: true });
  await waitFor(async () => expect(await codeOf(client.session.me.query())).toBe('SUBJECT_REVOKED'));
  await quiet();
  expect(await rolesOf(id)).toEqual([]);
  await logto.manage('PATCH', `/users/${id}/is-suspended`, { isSuspended: false });
  await waitFor(async () => expect(await client.session.me.query()).toMatchObject({ roles: ['viewer'] }));
});

test('a user who calls before their webhook is provisioned once, however many calls they make', async () => {
  await logto.hookTo('http://127.0.0.1:9');
  const id = await logto.newUser();
  const client = await server.asNewcomer(id);
  const answers = await Promise.all(Array.from({ length: 5 }, () => client.session.me.query()));
  expect(answers.map(({ roles }) => roles)).toEqual(Array.from({ length: 5 }, () => ['viewer']));
  await logto.hookTo(server.url);
});

test.each(['a token', 'a delivery'])(
  'a user without a record here who returns by %s is not new, and gets no role a second time',
  async (hint) => {
    const id = await logto.newUser({ name: 'Before' });
    await quiet();
    await sdk.api.roleAssignments.unassign({ user: id, role: 'viewer', tenant: 'default' });
    await logto.loseDeliveries();
    await logto.manage('PATCH', `/users/${id}`, { name: 'After' });
    await logto.emulator.settled();
    await logto.hookTo(server.url);
    await server.db.delete(directoryUsers).where(eq(directoryUsers.id, id));
    if (hint === 'a token') await (await server.asNewcomer(id)).session.me.query();
    else await logto.manage('PATCH', `/users/${id}/profile`, { profile: { nickname: 'A' } });
    await waitFor(async () => expect(await sdk.api.users.get(id)).toMatchObject({ first_name: 'After' }));
    await quiet();
    expect(await rolesOf(id)).toEqual([]);
  },
);

test('a user unknown to Logto is not provisioned, and an outage is not a denial', async () => {
  const stranger = await server.asNewcomer('stranger00001');
  expect(await stranger.session.me.query()).toMatchObject({ roles: [] });
  await expect(sdk.api.users.get('stranger00001')).rejects.toMatchObject({ response: { status: 404 } });
  server.permit.faults.add({ path: '/v2/*', status: 503 });
  expect(await codeOf((await server.asNewcomer('stranger00002')).session.me.query())).toBe(
    'DIRECTORY_UNAVAILABLE',
  );
});

test('a delivery that Permit refuses is a dead letter with its reason, and can be replayed', async () => {
  const { id: fault } = server.permit.faults.add({
    method: 'POST',
    path: '/v2/facts/*',
    status: 422,
    body: { detail: [] },
  });
  const id = await logto.newUser();
  const client = await operator();
  const dead = await waitFor(async () => {
    const { items } = await client.sync.deadLetters.query({});
    expect(items).toHaveLength(1);
    return items[0];
  });
  expect(dead).toMatchObject({
    event: 'User.Created',
    attempts: 1,
    outcome: { kind: 'error', code: 'PERMIT_REFUSED' },
  });
  server.permit.faults.remove(fault);
  expect(await client.sync.replay.mutate({ dead: true })).toEqual({ replayed: 1 });
  await waitFor(async () => expect(await rolesOf(id)).toEqual(['viewer@default']));
  await quiet();
  expect(await client.sync.delivery.query({ id: dead?.id ?? '' })).toMatchObject({
    status: 'applied',
    subjects: [{ subject: `user:${id}`, changes: ['create-user viewer@default'] }],
  });
  const found = await client.sync.deliveries.query({ subject: `user:${id}` });
  expect(found.items.map(({ event }) => event)).toEqual(['User.Created']);
  const beginning = dead?.id.slice(0, 12) ?? '';
  expect(await client.sync.delivery.query({ id: beginning })).toMatchObject({ id: dead?.id });
  const twin = { id: `${beginning}0`, event: 'User.Created', body: '{}', status: 'ignored' } as const;
  await server.db.insert(webhookDeliveries).values(twin);
  expect(await codeOf(client.sync.delivery.query({ id: beginning }))).toBe('INPUT_INVALID');
  await server.db.delete(webhookDeliveries).where(eq(webhookDeliveries.id, twin.id));
  await expect(client.sync.delivery.query({ id: 'none' })).rejects.toMatchObject({
    data: { httpStatus: 404 },
  });
});

test('a delivery and a run name the users that Permit knows, and the run its requester', async () => {
  const id = await logto.newUser({ name: 'Nora Lind' });
  const client = await operator();
  await waitFor(async () => {
    const { items } = await client.sync.deliveries.query({ subject: `user:${id}` });
    expect(items).toMatchObject([{ status: 'applied', names: { [`user:${id}`]: 'Nora Lind' } }]);
    const delivery = await client.sync.delivery.query({ id: items[0]?.id ?? '' });
    expect(delivery.names).toEqual({ [`user:${id}`]: 'Nora Lind' });
  });
  await quiet();
  await logto.loseDeliveries();
  await logto.manage('DELETE', `/users/${id}`);
  const run = await client.sync.reconcile.mutate({ dryRun: true });
  await waitFor(async () => {
    const [found] = (await client.sync.status.query()).runs;
    expect(found).toMatchObject({ id: run.id, status: 'done', names: { [id]: 'Nora Lind' } });
  });
  await logto.hookTo(server.url);
  await reconcile();
});

test('a user known only by their token, and gone from both Logto and Permit, is refused after a sweep', async () => {
  await quiet();
  await logto.loseDeliveries();
  const id = await logto.newUser();
  expect(await (await server.asNewcomer(id)).session.me.query()).toMatchObject({ roles: ['viewer'] });
  await quiet();
  await logto.manage('DELETE', `/users/${id}`);
  await sdk.api.users.delete(id);
  await logto.hookTo(server.url);
  await reconcile();
  await waitFor(async () =>
    expect(await codeOf((await server.asNewcomer(id)).session.me.query())).toBe('SUBJECT_REVOKED'),
  );
});

test('a run can be watched to its end, and a dry run changes nothing', async () => {
  await logto.hookTo('http://127.0.0.1:9');
  const id = await logto.newUser();
  const client = await operator();
  const { id: run } = await client.sync.reconcile.mutate({ dryRun: true });
  const seen = await statusesOf(run);
  expect(seen.at(-1)).toBe('done');
  await expect(sdk.api.users.get(id)).rejects.toMatchObject({ response: { status: 404 } });
  await logto.hookTo(server.url);
  await reconcile();
});

async function statusesOf(run: string): Promise<string[]> {
  const input = encodeURIComponent(JSON.stringify({ id: run }));
  const { ended } = await openStream(server, `sync.progress?input=${input}`, {
    subject: 'operator',
    until: /event: return/,
  });
  return [...(await ended).matchAll(/"status":"(\w+)"/g)].map(([, status = '']) => status);
}

const answer = (invitation: string, answered: object) =>
  logto.manage('PUT', `/organization-invitations/${invitation}/status`, answered);

async function invite(invitee: string, organizationId: string): Promise<string> {
  const invitation = await logto.manage('POST', '/organization-invitations', {
    invitee,
    organizationId,
    organizationRoleIds: ['admin', 'guest'],
    expiresAt: Date.now() + 3_600_000,
  });
  return idOf(invitation);
}

const settledRolesOf = async (user: string): Promise<readonly string[]> => {
  await quiet();
  return rolesOf(user);
};

async function drift(): Promise<unknown> {
  const { sync } = await operator();
  await sync.reconcile.mutate({ dryRun: true });
  await untilIdle(server.db);
  return (await sync.drift.query())?.report?.changes;
}

const whole = (organization: string): string[] =>
  ['viewer@default', `viewer@${organization}`, `admin@${organization}`].toSorted();

test('an invited user gets the roles of the invitation when they accept, and none before', async () => {
  const organization = await logto.newOrganization('Acme');
  const invitation = await invite('ann@example.test', organization);
  const ann = await logto.newUser({ primaryEmail: 'ann@example.test' });
  expect(await settledRolesOf(ann)).toEqual(['viewer@default']);
  expect(await drift()).toEqual({});
  await answer(invitation, { status: 'Accepted', acceptedUserId: ann });
  expect(await settledRolesOf(ann)).toEqual(whole(organization));
  expect(await drift()).toEqual({});
});

test('a member who accepts an invitation also gets its roles, although the event names no user', async () => {
  const organization = await logto.newOrganization('Gamma');
  const cy = await logto.newUser({ primaryEmail: 'cy@example.test' });
  const invitation = await invite('cy@example.test', organization);
  await logto.join(organization, cy);
  expect(await settledRolesOf(cy)).toEqual(['viewer@default', `viewer@${organization}`].toSorted());
  await answer(invitation, { status: 'Accepted', acceptedUserId: cy });
  expect(await settledRolesOf(cy)).toEqual(whole(organization));
});

test('a sweep finds an acceptance without a delivery', async () => {
  const organization = await logto.newOrganization('Delta');
  const dee = await logto.newUser({ primaryEmail: 'dee@example.test' });
  const invitation = await invite('dee@example.test', organization);
  expect(await settledRolesOf(dee)).toEqual(['viewer@default']);
  logto.emulator.addWebhookFault({ kind: 'drop', count: 1 });
  await answer(invitation, { status: 'Accepted', acceptedUserId: dee });
  expect(await settledRolesOf(dee)).toEqual(['viewer@default']);
  await reconcile();
  expect(await settledRolesOf(dee)).toEqual(whole(organization));
});
