import { eq } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import { canCreate, giveByRequest } from '../../testing/requests.ts';
import { rolesIn } from '../../testing/permit-sdk.ts';
import { codeOf } from '../../testing/call-procedure.ts';
import { startTestServer, type Joining } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { accessGrants } from '../requests/tables.ts';

const day = 86_400;
const role = 'editor' as const;

/** The number of seconds by which the server's clock for grants is ahead. */
let ahead = 0;
const server = await startTestServer({
  approvalRules: {},
  now: () => new Date(Date.now() + ahead * 1_000),
});
await server.join({ key: 'ada', role: 'admin', firstName: 'Ada', email: 'ada@example.com' });
const admin = await server.as('ada');
afterEach(() => {
  ahead = 0;
});

const newcomer = async (given: Joining = {}): Promise<string> => (await server.join(given)).key;
const sourceOf = async (subject: string, of: string = role) =>
  (await admin.members.get.query({ subject })).roles.find((held) => held.role === of)?.source;
const inSeconds = (seconds: number) => Date.now() + seconds * 1_000;
const grantsOf = (subject: string) =>
  server.db.select().from(accessGrants).where(eq(accessGrants.subject, subject));

test('a temporary role shows its end, and is refused from the first call after it', async () => {
  const { key, client } = await server.join();
  const { roles } = await admin.members.assign.mutate({ subject: key, role, duration: day });
  expect(roles.find((held) => held.role === role)?.source).toMatchObject({
    kind: 'hand',
    by: { key: 'ada', name: 'Ada' },
    endsAt: expect.any(String),
  });
  expect(await rolesIn(server, key)).toEqual(['editor', 'viewer']);
  await waitFor(async () => expect(await canCreate(client)).toBe('allowed'));
  const { ends } = await client.session.me.query();
  expect(ends).toMatchObject([{ target: { kind: 'role', role }, hasEnded: false }]);
  ahead = day;
  expect(await canCreate(client)).toBe('denied');
  await waitFor(async () => expect(await rolesIn(server, key)).toEqual(['viewer']));
  await server.audit.flush();
  const { events } = await admin.audit.list.query({ kind: 'change', subject: key });
  expect(events.map(({ action, actor }) => [action, actor])).toEqual([
    ['grant.end', null],
    ['role.assign', 'ada'],
  ]);
  expect(events[1]?.detail).toMatchObject({ after: { endsAt: expect.any(String) } });
});

test("a duration counts from the server's clock, and an undo restores no role that has ended by it", async () => {
  const [key, other] = [await newcomer(), await newcomer()];
  ahead = 2 * day;
  await admin.members.assign.mutate({ subject: key, role, duration: day });
  await admin.members.bulkChange.mutate({ subjects: [other], role, duration: day, change: 'assign' });
  for (const subject of [key, other]) {
    const source = await sourceOf(subject);
    expect(Date.parse((source?.kind === 'hand' && source.endsAt) || '')).toBeGreaterThan(
      inSeconds(3 * day - 60),
    );
  }
  const before = { endsAt: new Date(inSeconds(day)).toISOString() };
  await admin.members.bulkUndo.mutate({ role, members: [{ subject: key, before }] });
  expect(await rolesIn(server, key)).toEqual(['viewer']);
});

test('assigning again extends a role and never shortens it', async () => {
  const key = await newcomer();
  const end = async (): Promise<number | null> => {
    const source = await sourceOf(key);
    return source?.kind === 'hand' && source.endsAt !== null ? Date.parse(source.endsAt) : null;
  };
  await admin.members.assign.mutate({ subject: key, role, duration: 2 * day });
  const first = await end();
  await admin.members.assign.mutate({ subject: key, role, duration: day });
  expect(await end()).toBe(first);
  await admin.members.assign.mutate({ subject: key, role, duration: 7 * day });
  expect(await end()).toBeGreaterThan(inSeconds(6 * day));
  await admin.members.assign.mutate({ subject: key, role });
  expect(await sourceOf(key)).toMatchObject({ kind: 'hand', endsAt: null });
  await admin.members.assign.mutate({ subject: key, role, duration: day });
  expect(await sourceOf(key)).toMatchObject({ endsAt: null });
  ahead = 30 * day;
  expect(await rolesIn(server, key)).toContain(role);
  await admin.members.unassign.mutate({ subject: key, role });
  expect(await rolesIn(server, key)).toEqual(['viewer']);
});

test('an assignment extends a role from a request, whose source stays the request', async () => {
  const key = await newcomer();
  const id = await giveByRequest(server, admin, { key });
  await admin.members.assign.mutate({ subject: key, role, duration: 300 * day });
  const source = await sourceOf(key);
  expect(source).toMatchObject({ kind: 'request', requestId: id });
  expect(Date.parse(source?.kind === 'request' ? (source.endsAt ?? '') : '')).toBeGreaterThan(
    inSeconds(299 * day),
  );
});

test('a temporary role that fails during an outage of Permit is not assigned later', async () => {
  const key = await newcomer();
  server.permit.faults.add({ method: 'POST', path: '/v2/facts/*', status: 503 });
  expect(await codeOf(admin.members.assign.mutate({ subject: key, role, duration: day }))).toBe(
    'DIRECTORY_UNAVAILABLE',
  );
  server.permit.faults.clear();
  // After this time, the failed call can no longer take effect.
  ahead = 60;
  await waitFor(async () => expect(await grantsOf(key)).toMatchObject([{ status: 'ended' }]));
  expect(await rolesIn(server, key)).toEqual(['viewer']);
});

test('previews, changes and undoes a role of several members, each separately', async () => {
  const permanent = await newcomer({ role });
  const temporary = await newcomer();
  await admin.members.assign.mutate({ subject: temporary, role, duration: day });
  const without = await newcomer();
  const suspended = await newcomer();
  await server.sync.revocations.record(suspended, 'suspended');
  const subjects = [permanent, temporary, without, suspended, 'nobody'];
  expect(await admin.members.bulkPreview.query({ subjects, role, change: 'assign' })).toMatchObject([
    { subject: permanent, held: { endsAt: null }, obstacle: null },
    { subject: temporary, held: { endsAt: expect.any(String) }, obstacle: null },
    { subject: without, held: null, obstacle: null },
    { subject: suspended, obstacle: 'MEMBER_SUSPENDED' },
    { subject: 'nobody', obstacle: 'PERSON_NOT_FOUND' },
  ]);
  const before = await sourceOf(temporary);
  const outcomes = await admin.members.bulkChange.mutate({
    subjects,
    role,
    change: 'assign',
    duration: 7 * day,
  });
  expect(outcomes).toMatchObject([
    { subject: permanent, isChanged: false, code: null },
    { subject: temporary, isChanged: true, code: null },
    { subject: without, before: null, isChanged: true, code: null },
    { subject: suspended, isChanged: false, code: 'MEMBER_SUSPENDED' },
    { subject: 'nobody', isChanged: false, code: 'PERSON_NOT_FOUND' },
  ]);
  expect(await rolesIn(server, without)).toContain(role);
  const changed = outcomes.filter(({ isChanged }) => isChanged);
  expect(
    await admin.members.bulkUndo.mutate({
      role,
      members: changed.map(({ subject, before: earlier }) => ({ subject, before: earlier })),
    }),
  ).toEqual([
    { subject: temporary, code: null },
    { subject: without, code: null },
  ]);
  expect(await rolesIn(server, without)).toEqual(['viewer']);
  expect(await sourceOf(temporary)).toMatchObject({ endsAt: before?.kind === 'hand' ? before.endsAt : '' });
});

test('undoing a removal restores the same end', async () => {
  const [permanent, temporary] = [await newcomer({ role }), await newcomer()];
  await admin.members.assign.mutate({ subject: temporary, role, duration: day });
  const end = await sourceOf(temporary);
  const subjects = [permanent, temporary];
  const removed = await admin.members.bulkChange.mutate({ subjects, role, change: 'unassign' });
  expect(removed).toMatchObject([
    { before: { endsAt: null }, isChanged: true },
    { before: { endsAt: expect.any(String) }, isChanged: true },
  ]);
  for (const key of subjects) expect(await rolesIn(server, key)).not.toContain(role);
  const members = removed.map(({ subject, before }) => ({ subject, before }));
  // Repeated, because the grant of a removed role may still be ending.
  await waitFor(async () =>
    expect((await admin.members.bulkUndo.mutate({ role, members })).map(({ code }) => code)).toEqual([
      null,
      null,
    ]),
  );
  expect(await sourceOf(permanent)).toMatchObject({ endsAt: null });
  expect(await sourceOf(temporary)).toMatchObject({ endsAt: end?.kind === 'hand' ? end.endsAt : '' });
});

test('the preview of removing all administrators together names the last one', async () => {
  const other = await newcomer({ role: 'admin', email: 'other@example.com' });
  const change = { subjects: [other, 'ada'], role: 'admin' as const, change: 'unassign' as const };
  expect((await admin.members.bulkPreview.query(change)).map(({ obstacle }) => obstacle)).toEqual([
    null,
    'LAST_ADMINISTRATOR',
  ]);
  await admin.members.unassign.mutate({ subject: other, role: 'admin' });
});
