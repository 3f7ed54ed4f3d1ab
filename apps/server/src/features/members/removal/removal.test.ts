import { createLogtoManagement } from '@latchkey/directory-sync';
import { and, eq, sql } from 'drizzle-orm';
import { afterEach, expect, test, vi } from 'vitest';
import { askForRole, giveByRequest, untilStatus } from '../../../testing/requests.ts';
import { permitSdk, rolesIn } from '../../../testing/permit-sdk.ts';
import type { Transaction } from '../../../platform/database/open-database.ts';
import { codeOf, refusal } from '../../../testing/call-procedure.ts';
import { startTestLogto } from '../../../testing/test-logto.ts';
import { startTestServer, type Client } from '../../../testing/test-server.ts';
import { untilIdle, untilLocked, waitFor } from '../../../testing/wait-for.ts';
import { reports } from '../../reports/tables.ts';
import { accessRequests } from '../../requests/tables.ts';
import { memberRemovals, roleChanges } from '../tables.ts';
import type { RemovalAction } from './remove-members.ts';

const logto = await startTestLogto({
  applications: [{ id: 'console', name: 'Console', type: 'SPA', redirectUris: ['http://localhost:9/'] }],
});
/** The number of milliseconds by which the server's clock is ahead. */
let ahead = 0;
const server = await startTestServer({
  logto: logto.management,
  now: () => new Date(Date.now() + ahead),
});
await logto.hookTo(server.url);
const inLogto = createLogtoManagement(logto.management);
await server.join({ key: 'ada', role: 'admin', email: 'ada@example.com' });
await server.join({ key: 'ed', role: 'editor', email: 'ed@example.com' });
const admin = await server.as('ada');
afterEach(() => {
  ahead = 0;
});

const accountWide = ['suspend', 'sessions'] as const;
const everything = ['roles', ...accountWide] as const;

/**
 * Creates a Logto user who has called the server, so that they are in both directories. Their roles are assigned in
 * Permit.
 */
async function newcomer(role?: 'editor' | 'admin'): Promise<string> {
  const key = await logto.newUser({ name: 'Nina', primaryEmail: `nina-${crypto.randomUUID()}@example.com` });
  await (await server.asNewcomer(key)).session.me.query();
  if (role !== undefined) await admin.members.assign.mutate({ subject: key, role });
  return key;
}
const isSuspendedInLogto = async (key: string): Promise<unknown> =>
  Object(await logto.manage('GET', `/users/${key}`)).isSuspended;
/** Returns the organization roles of a member in Logto; `undefined` if they are not a member. */
const membershipOf = async (key: string, organization: string): Promise<readonly string[] | undefined> =>
  (await inLogto.organizationsOf(key)).find(({ id }) => id === organization)?.roles;

/**
 * Creates an organization with an administrator, and a member with a role from Logto, one from the console, and one on
 * a report.
 */
async function newOrganization() {
  const tenant = await logto.newOrganization('Globex');
  const join = async (key: string): Promise<string> => {
    await logto.join(tenant, key);
    await waitFor(async () => expect(await rolesIn(server, key, tenant)).toContain('viewer'));
    return key;
  };
  const boss = await join(await newcomer());
  await logto.assign(tenant, boss, 'admin');
  await server.directory.assignRole({ user: boss, role: 'admin', tenant });
  const client = await server.as(boss, tenant);
  await waitFor(() => client.members.list.query({}));
  const member = await join(await newcomer());
  await logto.assign(tenant, member, 'guest');
  await client.members.assign.mutate({ subject: member, role: 'editor' });
  const { id: report } = await client.reports.create.mutate({ title: 'Quarterly', kind: 'access-review' });
  await client.reports.share.mutate({ id: report, subject: member, role: 'reader' });
  // A sync job that read the membership before a removal would store the member again after it.
  await untilIdle(server.db);
  return { tenant, boss, client, member, report, join };
}

test('a suspension immediately refuses every call and ends the sessions; an undo restores the same roles', async () => {
  const key = await newcomer('editor');
  const client = await server.as(key);
  await logto.emulator.signIn(key);
  expect(await admin.person.sessions.query({ subject: key })).toHaveLength(1);
  const [outcome] = await admin.members.remove.mutate({ subjects: [key], actions: [...accountWide] });
  expect(outcome).toEqual({
    subject: key,
    removal: expect.any(String),
    done: ['suspend', 'sessions'],
    code: null,
  });
  expect(await codeOf(client.session.me.query())).toBe('SUBJECT_REVOKED');
  expect(await isSuspendedInLogto(key)).toBe(true);
  expect(await admin.person.sessions.query({ subject: key })).toEqual([]);
  await waitFor(async () => expect(await rolesIn(server, key)).toEqual([]));
  expect(await admin.members.get.query({ subject: key })).toMatchObject({
    status: 'suspended',
    roles: [{ role: 'viewer' }, { role: 'editor' }],
  });

  const removal = outcome?.removal ?? '';
  expect(await admin.members.restore.mutate({ removals: [removal] })).toEqual([
    { removal, subject: key, skipped: 0, code: null },
  ]);
  expect(await isSuspendedInLogto(key)).toBe(false);
  await client.session.me.query();
  await waitFor(async () => expect(await rolesIn(server, key)).toEqual(['editor', 'viewer']));
  expect(await admin.members.restore.mutate({ removals: [removal] })).toMatchObject([
    { subject: null, code: 'REMOVAL_NOT_FOUND' },
  ]);
});

test('removes all roles of an account, including those on reports; an undo restores all but temporary ones', async () => {
  const key = await newcomer();
  const { id } = await admin.reports.create.mutate({ title: 'Board', kind: 'access-review' });
  await admin.reports.share.mutate({ id, subject: key, role: 'reader' });
  await giveByRequest(server, admin, { key });
  const [lost] = await admin.members.removePreview.query({ subjects: [key] });
  expect(lost?.roles).toHaveLength(2);
  expect(lost).toMatchObject({
    name: 'Nina',
    status: 'active',
    roles: expect.arrayContaining([
      { role: 'viewer', isTemporary: false },
      { role: 'editor', isTemporary: true },
    ]),
    shares: [{ resource: 'reports', id, role: 'reader', title: 'Board' }],
    moreShares: 0,
    obstacle: null,
  });

  const [outcome] = await admin.members.remove.mutate({ subjects: [key], actions: ['roles'] });
  expect(outcome).toMatchObject({ done: ['roles'], code: null });
  expect(await rolesIn(server, key)).toEqual([]);
  expect(await isSuspendedInLogto(key)).toBe(false);
  const removals = [outcome?.removal ?? ''];
  expect(await admin.members.restore.mutate({ removals })).toMatchObject([{ skipped: 1, code: null }]);
  expect(await rolesIn(server, key)).toEqual(['reader', 'viewer']);
});

test('a role that was granted while Permit was down is not assigned after a removal', async () => {
  const key = await newcomer();
  const id = await askForRole(await server.as(key), 'editor', null);
  server.permit.faults.add({ method: 'POST', path: '/v2/facts/*', status: 503 });
  await admin.requests.approve.mutate({ id });
  const [outcome] = await admin.members.remove.mutate({ subjects: [key], actions: ['roles'] });
  expect(outcome).toMatchObject({ done: ['roles'], code: null });
  server.permit.faults.clear();
  ahead = 120_000;
  await untilStatus(server, key, 'ended');
  expect(await rolesIn(server, key)).toEqual([]);
});

test('an undo restores no role on a report that was deleted in the meantime', async () => {
  const key = await newcomer();
  const { id } = await admin.reports.create.mutate({ title: 'Draft', kind: 'access-review' });
  await admin.reports.share.mutate({ id, subject: key, role: 'reader' });
  const [outcome] = await admin.members.remove.mutate({ subjects: [key], actions: ['roles'] });
  await admin.reports.remove.mutate({ id });
  await admin.members.restore.mutate({ removals: [outcome?.removal ?? ''] });
  expect(await rolesIn(server, key)).toEqual(['viewer']);
});

test('removing a member from an organization ends only the membership and the roles there', async () => {
  const { tenant, client, member, report } = await newOrganization();
  const [lost] = await client.members.removePreview.query({ subjects: [member] });
  expect(lost).toMatchObject({
    roles: expect.arrayContaining([expect.objectContaining({ role: 'editor' })]),
    shares: [{ id: report, role: 'reader', title: 'Quarterly' }],
  });
  const asMember = await server.as(member, tenant);
  await waitFor(() => asMember.reports.list.query({}));

  const [outcome] = await client.members.remove.mutate({ subjects: [member], actions: ['organization'] });
  expect(outcome).toMatchObject({ done: ['organization', 'roles'], code: null });
  await waitFor(async () =>
    expect(await refusal(asMember.reports.list.query({}))).toMatchObject({ status: 403 }),
  );
  expect(await membershipOf(member, tenant)).toBeUndefined();
  expect(await rolesIn(server, member, tenant)).toEqual([]);
  expect(await rolesIn(server, member)).toEqual(['viewer']);
  expect(await isSuspendedInLogto(member)).toBe(false);
  // Repeated, because a sync run that read the membership before the removal may store the member again.
  await waitFor(async () =>
    expect(await codeOf(client.members.get.query({ subject: member }))).toBe('PERSON_NOT_FOUND'),
  );

  await client.members.restore.mutate({ removals: [outcome?.removal ?? ''] });
  await waitFor(async () =>
    expect(await rolesIn(server, member, tenant)).toEqual(['editor', 'reader', 'viewer']),
  );
  expect(await membershipOf(member, tenant)).toEqual(['guest']);
});

/** Runs `during` while the call waits for a row that `lock` locks. Returns the code of the call's refusal. */
async function whileWaiting(
  lock: (transaction: Transaction) => Promise<unknown>,
  call: () => Promise<unknown>,
  during: () => Promise<unknown>,
): Promise<unknown> {
  const { code } = await server.db.transaction(async (transaction) => {
    await lock(transaction);
    const waiting = codeOf(call());
    await untilLocked(server.db);
    await during();
    return { code: waiting };
  });
  return code;
}

test('no share and no approval gives a role to a member who is removed meanwhile', async () => {
  const { tenant, client, member, join } = await newOrganization();
  const { id } = await client.reports.create.mutate({ title: 'Late', kind: 'access-review' });
  const remove = (subject: string) => () =>
    client.members.remove.mutate({ subjects: [subject], actions: ['organization'] });
  // On a busy machine, sync may take longer than the call waits. Another attempt then removes the roles.
  const removeAll = (subject: string) => () =>
    waitFor(async () => {
      const [removed] = await remove(subject)();
      expect([null, 'PERSON_NOT_FOUND']).toContain(removed?.code);
    });
  const share = (subject: string) => () => client.reports.share.mutate({ id, subject, role: 'reader' });
  const lockReport = (transaction: Transaction) =>
    transaction.select().from(reports).where(eq(reports.id, id)).for('update');
  expect(await whileWaiting(lockReport, share(member), removeAll(member))).toBe('PERSON_NOT_FOUND');
  expect(await rolesIn(server, member, tenant)).toEqual([]);

  const requester = await join(await newcomer());
  const asRequester = await server.as(requester, tenant);
  const request = await waitFor(() => askForRole(asRequester, 'editor', null));
  const lockRequest = (transaction: Transaction) =>
    transaction.select().from(accessRequests).where(eq(accessRequests.id, request)).for('update');
  const approve = () => client.requests.approve.mutate({ id: request });
  expect(await whileWaiting(lockRequest, approve, removeAll(requester))).toBe('ok');
  await untilStatus(server, requester, 'failed');
  expect(await rolesIn(server, requester, tenant)).toEqual([]);

  // The removal has read the roles, but not removed them yet.
  const late = await join(await newcomer());
  await client.members.assign.mutate({ subject: late, role: 'editor' });
  const removed = await whileWaiting(
    (transaction) => transaction.execute(sql`lock table role_changes in share mode`),
    remove(late),
    async () => {
      // On a replica whose clock is ahead.
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 90_000 });
      expect(await codeOf(share(late)())).toBe('DIRECTORY_UNAVAILABLE');
      vi.useRealTimers();
    },
  );
  expect(removed).toBe('ok');
  expect(await rolesIn(server, late, tenant)).toEqual([]);

  // The removal begins while Permit assigns the role.
  const last = await join(await newcomer());
  server.permit.faults.add({ method: 'POST', path: '/v2/facts/*', delay: 600_000, count: 1 });
  const sharing = codeOf(share(last)());
  await waitFor(() => expect(server.permit.faults.list()).toEqual([]));
  await remove(last)();
  server.permit.faults.clear();
  expect(await sharing).toBe('DIRECTORY_UNAVAILABLE');
  expect(await rolesIn(server, last, tenant)).toEqual([]);
});

test('reactivating a removed member restores none of their roles in the organization', async () => {
  const { tenant, client, member } = await newOrganization();
  await admin.members.remove.mutate({ subjects: [member], actions: ['suspend'] });
  await waitFor(async () => expect(await rolesIn(server, member, tenant)).toEqual([]));
  // While the removal of the membership is synced, which begins meanwhile.
  logto.emulator.addFault({ method: 'GET', path: `/api/users/${member}`, delay: 300 });
  const remove = async () =>
    (await client.members.remove.mutate({ subjects: [member], actions: ['organization'] }))[0]?.code;
  const code = await remove();
  logto.emulator.clearFaults();
  // On a busy machine, sync may take longer than the call waits. Another attempt then removes the roles.
  if (code === 'DIRECTORY_UNAVAILABLE') {
    await untilIdle(server.db);
    await remove();
  }
  expect([null, 'DIRECTORY_UNAVAILABLE']).toContain(code);
  await admin.members.reactivate.mutate({ subject: member });
  await waitFor(async () => expect(await rolesIn(server, member)).toEqual(['viewer']));
  expect(await rolesIn(server, member, tenant)).toEqual([]);
});

test('refuses to remove the caller, machines, the last administrator and users of another tenant, with a code', async () => {
  const { tenant, boss, client, member } = await newOrganization();
  await server.directory.provisionUser({ key: 'robot', firstName: 'Robot' }, { role: 'admin', tenant });
  const robot = await server.as('robot', tenant);
  await waitFor(() => robot.members.list.query({}));
  const outsider = await newcomer();
  const subjects = [boss, 'robot', 'nobody', outsider];
  const codes = ['OWN_ACCESS', 'MEMBER_IS_MACHINE', 'PERSON_NOT_FOUND', 'PERSON_NOT_FOUND'];
  const preview = await client.members.removePreview.query({ subjects });
  expect(preview.map(({ obstacle }) => obstacle)).toEqual(codes);
  // An outsider and a user who does not exist get the same answer.
  expect({ ...preview[2], subject: outsider }).toEqual(preview[3]);
  const outcomes = await client.members.remove.mutate({ subjects, actions: ['organization'] });
  expect(outcomes).toEqual(
    subjects.map((subject, index) => ({ subject, removal: null, done: [], code: codes[index] })),
  );

  await logto.assign(tenant, member, 'admin');
  await server.directory.assignRole({ user: member, role: 'admin', tenant });
  const lasts = await robot.members.removePreview.query({ subjects: [boss, member] });
  expect(lasts.map(({ obstacle }) => obstacle)).toEqual([null, 'LAST_ADMINISTRATOR']);
});

test('when Logto fails halfway, the result says what is done, and another attempt completes the rest', async () => {
  const key = await newcomer('editor');
  logto.emulator.addFault({ path: `/api/users/${key}/is-suspended`, status: 500 });
  const asked = { subjects: [key], actions: [...everything] };
  const [failed] = await admin.members.remove.mutate(asked);
  expect(failed).toMatchObject({ done: ['roles'], code: 'DIRECTORY_UNAVAILABLE' });
  expect(await rolesIn(server, key)).toEqual([]);
  logto.emulator.clearFaults();
  const [finished] = await admin.members.remove.mutate(asked);
  expect(finished).toEqual({
    subject: key,
    removal: failed?.removal,
    done: ['roles', 'suspend', 'sessions'],
    code: null,
  });
  const made = await server.db
    .select()
    .from(roleChanges)
    .where(and(eq(roleChanges.subject, key), eq(roleChanges.change, 'unassign')));
  expect(made.map(({ role }) => role).toSorted()).toEqual(['editor', 'viewer']);
  await server.audit.flush();
  const { events } = await admin.audit.list.query({ actions: ['member.remove'] });
  expect(events.filter(({ subject }) => subject === key)).toMatchObject([
    { outcome: 'done', detail: { after: { done: ['roles', 'suspend', 'sessions'] } } },
    { outcome: 'unknown', reason: 'DIRECTORY_UNAVAILABLE', detail: { after: { done: ['roles'] } } },
  ]);

  // One undo restores what both attempts removed.
  await admin.members.restore.mutate({ removals: [finished?.removal ?? ''] });
  await waitFor(async () => expect(await rolesIn(server, key)).toEqual(['editor', 'viewer']));
  expect((await admin.members.get.query({ subject: key })).roles).toMatchObject([
    { role: 'viewer' },
    { role: 'editor', source: { kind: 'hand', by: { key: 'ada' } } },
  ]);
});

test('an administrator does not count after a removal with an unknown effect, but does after a refused one', async () => {
  const subject = await newcomer('admin');
  const last = { subject: 'ada', role: 'admin', change: 'unassign' } as const;
  const obstacleAfter = async (status: number) => {
    server.permit.faults.add({ method: 'DELETE', path: '/v2/facts/*', status: 403 });
    logto.emulator.addFault({ path: `/api/users/${subject}/is-suspended`, status });
    const [outcome] = await admin.members.remove.mutate({ subjects: [subject], actions: [...everything] });
    expect(outcome).toMatchObject({ done: [], code: 'DIRECTORY_UNAVAILABLE' });
    server.permit.faults.clear();
    logto.emulator.clearFaults();
    return (await admin.members.preview.query(last)).obstacle;
  };
  expect(await obstacleAfter(403)).toBeNull();
  expect(await obstacleAfter(500)).toBe('LAST_ADMINISTRATOR');
});

test('an undo restores what both attempts removed: an account whose sessions failed to end, and a membership', async () => {
  const key = await newcomer('editor');
  logto.emulator.addFault({ path: `/api/users/${key}/sessions`, status: 500 });
  const removed = async (by: typeof admin, asked: Parameters<typeof by.members.remove.mutate>[0]) =>
    (await by.members.remove.mutate(asked))[0];
  const account = { subjects: [key], actions: [...everything] };
  expect(await removed(admin, account)).toMatchObject({
    done: ['roles', 'suspend'],
    code: 'DIRECTORY_UNAVAILABLE',
  });
  logto.emulator.clearFaults();
  const again = await removed(admin, account);
  expect(again).toMatchObject({ code: null });
  await admin.members.restore.mutate({ removals: [again?.removal ?? ''] });
  await waitFor(async () => expect(await rolesIn(server, key)).toEqual(['editor', 'viewer']));
  expect(await admin.members.get.query({ subject: key })).toMatchObject({ status: 'active' });

  const { tenant, client, member } = await newOrganization();
  const before = await rolesIn(server, member, tenant);
  const inTenant = { subjects: [member], actions: ['organization' as const] };
  server.permit.faults.add({ method: 'DELETE', path: '/v2/facts/*', status: 503 });
  expect(await removed(client, inTenant)).toMatchObject({
    done: ['organization'],
    code: 'DIRECTORY_UNAVAILABLE',
  });
  server.permit.faults.clear();
  const finished = await removed(client, inTenant);
  expect(finished).toMatchObject({ code: null });
  await client.members.restore.mutate({ removals: [finished?.removal ?? ''] });
  await waitFor(async () => expect(await rolesIn(server, member, tenant)).toEqual(before));
  expect(await membershipOf(member, tenant)).toEqual(['guest']);
});

test('each member has its own outcome, and a failure does not affect others', async () => {
  const subjects = [await newcomer(), await newcomer(), await newcomer()];
  logto.emulator.addFault({ path: `/api/users/${subjects[1]}/is-suspended`, status: 503 });
  const outcomes = await admin.members.remove.mutate({ subjects, actions: ['suspend'] });
  expect(outcomes.map(({ subject, code }) => [subject, code])).toEqual([
    [subjects[0], null],
    [subjects[1], 'DIRECTORY_UNAVAILABLE'],
    [subjects[2], null],
  ]);
  expect(await isSuspendedInLogto(subjects[1] ?? '')).toBe(false);
});

test('an account that was deleted in Logto in the meantime is done, and its calls are refused', async () => {
  const key = await newcomer();
  const client = await server.as(key);
  await logto.loseDeliveries();
  await logto.manage('DELETE', `/users/${key}`);
  const [outcome] = await admin.members.remove.mutate({ subjects: [key], actions: [...accountWide] });
  expect(outcome).toMatchObject({ done: ['suspend', 'sessions'], code: null });
  expect(await codeOf(client.session.me.query())).toBe('SUBJECT_REVOKED');
  expect(await admin.members.restore.mutate({ removals: [outcome?.removal ?? ''] })).toMatchObject([
    { code: 'PERSON_NOT_FOUND' },
  ]);
  await logto.hookTo(server.url);
});

test('reports a Logto that cannot end sessions, unless a suspension ends them', async () => {
  const key = await newcomer();
  logto.emulator.addFault({ path: `/api/users/${key}/sessions`, status: 404 });
  const codeOf = async (actions: ('suspend' | 'sessions')[]) =>
    (await admin.members.remove.mutate({ subjects: [key], actions }))[0]?.code;
  expect(await codeOf(['sessions'])).toBe('SESSIONS_NOT_SUPPORTED');
  await server.audit.flush();
  const { events } = await admin.audit.list.query({ actions: ['member.remove'], limit: 1 });
  expect(events).toMatchObject([{ subject: key, outcome: 'failed', reason: 'SESSIONS_NOT_SUPPORTED' }]);
  expect(await codeOf([...accountWide])).toBeNull();
});

test.each([
  { actions: ['organization'] },
  { actions: ['organization', 'roles'] },
  { actions: [] },
  { actions: ['suspend'], subjects: [] },
] as const)('impossible actions are invalid input: %j', async (input) => {
  const asked = { subjects: ['ed'], ...input };
  const call = admin.members.remove.mutate({ subjects: [...asked.subjects], actions: [...asked.actions] });
  expect(await codeOf(call)).toBe('INPUT_INVALID');
});

const removeOne = async (client: Client, subject: string, actions: readonly RemovalAction[]) => {
  const [outcome] = await client.members.remove.mutate({ subjects: [subject], actions: [...actions] });
  return { removal: outcome?.removal ?? '', done: outcome?.done, code: outcome?.code };
};
const restore = async (client: Client, removal: string) =>
  (await client.members.restore.mutate({ removals: [removal] }))[0];

test('a removal is continued and undone only in its tenant', async () => {
  const [first, second] = [await newOrganization(), await newOrganization()];
  const { member } = first;
  await second.join(member);
  logto.emulator.addFault({ path: `/api/organizations/${first.tenant}/users/${member}`, status: 500 });
  const failed = await removeOne(first.client, member, ['organization']);
  expect(failed).toMatchObject({ done: [], code: 'DIRECTORY_UNAVAILABLE' });
  const done = await removeOne(second.client, member, ['organization']);
  expect(done).toMatchObject({ done: ['organization', 'roles'], code: null });
  expect(done.removal).not.toBe(failed.removal);
  expect(await rolesIn(server, member, first.tenant)).toEqual(['editor', 'reader', 'viewer']);
  for (const client of [first.client, admin])
    expect(await restore(client, done.removal)).toMatchObject({ subject: null, code: 'REMOVAL_NOT_FOUND' });
  expect(await membershipOf(member, second.tenant)).toBeUndefined();
  expect(await restore(second.client, done.removal)).toMatchObject({ subject: member, code: null });
  await waitFor(async () => expect(await rolesIn(server, member, second.tenant)).toEqual(['viewer']));
});

test('a new removal continues neither a completed one nor one from more than an hour ago', async () => {
  const key = await newcomer('editor');
  const first = await removeOne(admin, key, ['roles']);
  await admin.members.assign.mutate({ subject: key, role: 'viewer' });
  const second = await removeOne(admin, key, ['roles']);
  expect(second.removal).not.toBe(first.removal);
  await restore(admin, second.removal);
  expect(await rolesIn(server, key)).toEqual(['viewer']);

  logto.emulator.addFault({ path: `/api/users/${key}/is-suspended`, status: 500 });
  const failed = await removeOne(admin, key, ['suspend']);
  expect(await removeOne(admin, key, ['suspend'])).toEqual(failed);
  await server.db.update(memberRemovals).set({ at: sql`${memberRemovals.at} - interval '61 minutes'` });
  const later = await removeOne(admin, key, ['suspend']);
  expect(later).toEqual({ ...failed, removal: expect.any(String) });
  expect(later.removal).not.toBe(failed.removal);
});

test('a suspended account also loses its stored roles; an undo stores them again, and does not reactivate it', async () => {
  const key = await newcomer('editor');
  await removeOne(admin, key, ['suspend']);
  await waitFor(async () => expect(await rolesIn(server, key)).toEqual([]));
  const { removal, code } = await removeOne(admin, key, [...everything]);
  expect(code).toBeNull();
  await restore(admin, removal);
  expect(await isSuspendedInLogto(key)).toBe(true);
  await waitFor(async () => expect(await rolesIn(server, key)).toEqual([]));
  expect(await admin.members.get.query({ subject: key })).toMatchObject({
    status: 'suspended',
    roles: [{ role: 'viewer' }, { role: 'editor' }],
  });
  await removeOne(admin, key, [...everything]);
  await admin.members.reactivate.mutate({ subject: key });
  expect(await isSuspendedInLogto(key)).toBe(false);
  await untilIdle(server.db);
  expect(await rolesIn(server, key)).toEqual([]);
  const made = await server.db.select().from(roleChanges).where(eq(roleChanges.subject, key));
  const removed = made.filter(({ change }) => change === 'unassign').map(({ role }) => role);
  expect(removed.toSorted()).toEqual(['editor', 'editor', 'viewer', 'viewer']);
});

test('what a suspension has stored of one tenant is not removed with the access to another', async () => {
  const { client, member } = await newOrganization();
  await removeOne(admin, member, ['suspend']);
  await waitFor(async () => expect(await rolesIn(server, member)).toEqual([]));
  await admin.members.get.query({ subject: member });
  const roles = async (by: Client) => {
    const [lost] = await by.members.removePreview.query({ subjects: [member] });
    return lost?.roles.map(({ role }) => role).toSorted();
  };
  await waitFor(async () => expect(await roles(admin)).toEqual(['viewer']));
  expect(await roles(client)).toEqual(['editor', 'viewer']);
});

test('when Permit fails, another attempt removes the roles of a member who has left the organization', async () => {
  const { tenant, client, member } = await newOrganization();
  server.permit.faults.add({ method: 'DELETE', path: '/v2/facts/*', status: 500 });
  const failed = await removeOne(client, member, ['organization']);
  expect(failed).toMatchObject({ done: ['organization'], code: expect.stringMatching('UNAVAILABLE') });
  expect(await membershipOf(member, tenant)).toBeUndefined();
  server.permit.faults.clear();
  const finished = await removeOne(client, member, ['organization']);
  expect(finished).toMatchObject({ removal: failed.removal, done: ['organization', 'roles'], code: null });
  expect(await rolesIn(server, member, tenant)).toEqual([]);
});

test('lists the first twenty shares, counts the rest, and shows no title that the caller may not read', async () => {
  const key = await newcomer();
  const titles = Array.from({ length: 22 }, (_, index) => `Shared ${index}`);
  for (const [index, title] of titles.entries()) {
    const { id } = await admin.reports.create.mutate({ title, kind: 'access-review' });
    await admin.reports.share.mutate({ id, subject: key, role: index === 10 ? 'owner' : 'reader' });
  }
  const [lost] = await admin.members.removePreview.query({ subjects: [key] });
  const email = expect.stringMatching(/^nina-/);
  expect(lost).toMatchObject({ name: 'Nina', email, status: 'active', moreShares: 2 });
  expect(lost?.shares).toHaveLength(20);
  // Ownerships come first.
  expect(lost?.shares[0]).toMatchObject({ role: 'owner', title: titles[10] });
  expect(lost?.shares.every(({ title }) => titles.includes(title ?? ''))).toBe(true);
  await permitSdk(server.permit).api.roles.create({
    key: 'hr',
    name: 'HR',
    permissions: ['members:view', 'members:remove'],
  });
  const { client: hr } = await server.join({ role: 'hr' });
  const [hidden] = await hr.members.removePreview.query({ subjects: [key] });
  expect(hidden?.shares).toEqual(lost?.shares.map((share) => ({ ...share, title: null })));
});

test('reactivates suspended accounts only, in the tenant default only, and records it', async () => {
  const { client, member } = await newOrganization();
  const recorded = async () => {
    await server.audit.flush();
    const { events } = await admin.audit.list.query({ actions: ['member.restore'], subject: member });
    return events.map(({ outcome }) => outcome);
  };
  const reactivate = (by: Client, subject = member) => codeOf(by.members.reactivate.mutate({ subject }));
  expect(await reactivate(admin)).toBe('ok');
  expect(await recorded()).toEqual([]);
  await removeOne(admin, member, ['suspend']);
  expect(await reactivate(client)).toBe('PERSON_NOT_FOUND');
  expect(await reactivate(admin, 'nobody')).toBe('PERSON_NOT_FOUND');
  expect(await isSuspendedInLogto(member)).toBe(true);
  expect(await reactivate(admin)).toBe('ok');
  expect(await isSuspendedInLogto(member)).toBe(false);
  expect(await recorded()).toEqual(['done']);
});

test('without a connection to Logto, roles can be removed and restored', async () => {
  await using alone = await startTestServer();
  const { client } = await alone.join({ role: 'admin', email: 'ann@example.test' });
  const { key } = await alone.join({ role: 'editor', email: 'bo@example.test' });
  const { removal, code } = await removeOne(client, key, ['roles']);
  expect([code, await rolesIn(alone, key)]).toEqual([null, []]);
  expect(await removeOne(client, key, ['suspend'])).toMatchObject({ code: 'SYNC_NOT_CONFIGURED' });
  expect(await restore(client, removal)).toMatchObject({ code: null });
  await untilIdle(alone.db);
  expect(await rolesIn(alone, key)).toEqual(['editor']);
});
