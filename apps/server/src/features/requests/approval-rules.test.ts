import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { askForRole, untilStatus } from '../../testing/requests.ts';
import { requestRow } from '../../testing/rows.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { untilLocked, waitFor } from '../../testing/wait-for.ts';
import { accessRequests, requestApprovals } from './tables.ts';

const day = 86_400;

/** The number of seconds by which the server's clock is ahead. */
let ahead = 0;
const server = await startTestServer({
  now: () => new Date(Date.now() + ahead * 1_000),
  approvalRules: {
    editor: { decidedWith: 'members:view' },
    admin: { approvals: 2, maxDays: 30 },
  },
});
const named = async (key: string, role: string) =>
  (await server.join({ key, role, firstName: key, email: `${key}@example.com` })).client;
const ada = await named('ada', 'admin');
const bert = await named('bert', 'admin');
const emil = await named('emil', 'editor');

const onReport = (id: string) => ({ kind: 'instance', resource: 'reports', id, role: 'reader' }) as const;
const asksForAdmin = async () => {
  const { key, client } = await server.join();
  return { key, client, id: await askForRole(client, 'admin', 7 * day) };
};

test('a role that needs two approvals is granted after the second one, for the shorter duration', async () => {
  const { client, id } = await asksForAdmin();
  const first = await ada.requests.approve.mutate({ id, duration: day });
  expect(first).toMatchObject({
    status: 'open',
    grant: null,
    approvalsNeeded: 2,
    approvals: [{ by: { key: 'ada' } }],
  });
  // A second approval by the same user does not count.
  expect(await ada.requests.approve.mutate({ id })).toMatchObject({ status: 'open', approvals: [{}] });
  expect((await client.requests.mine.query({})).items).toMatchObject([
    { status: 'open', approvals: [{ by: { key: 'ada' } }] },
  ]);
  const approved = await bert.requests.approve.mutate({ id });
  expect(approved).toMatchObject({ status: 'approved', decidedBy: { key: 'bert' } });
  const { grantedAt = '', expiresAt } = approved.grant ?? {};
  expect(Date.parse(expiresAt ?? '') - Date.parse(grantedAt)).toBe(day * 1_000);
  await waitFor(async () =>
    expect(await client.session.gates.mutate([{ path: 'members.assign' }])).toMatchObject([
      { state: 'allowed' },
    ]),
  );
});

/**
 * Makes the transactions of `calls` overlap: a transaction that stores an approval commits only when every call waits
 * for a lock.
 */
async function overlapping<Result>(...calls: readonly (() => Promise<Result>)[]): Promise<Result[]> {
  await server.db.execute(sql`
    create function wait_before_commit() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock_shared(45); return null; end $$;
    create constraint trigger wait_before_commit after insert on ${requestApprovals}
      deferrable initially deferred for each row execute function wait_before_commit()`);
  const running = await server.db.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock(45)`);
    const begun: Promise<Result>[] = [];
    for (const call of calls) {
      begun.push(call());
      await untilLocked(server.db, begun.length);
    }
    return begun;
  });
  const results = await Promise.all(running);
  await server.db.execute(sql`drop function wait_before_commit cascade`);
  return results;
}

test('of two overlapping approvals, the second one sees the first and grants the role', async () => {
  const { id, key } = await asksForAdmin();
  const approvalOf = (one: Client) => async () => (await one.requests.approve.mutate({ id })).status;
  expect(await overlapping(approvalOf(ada), approvalOf(bert))).toContain('approved');
  expect(await ada.requests.get.query({ id })).toMatchObject({
    status: 'approved',
    grant: {},
    approvals: [{}, {}],
  });
  await untilStatus(server, key, 'active');
});

test('two overlapping approvals of the same user are one', async () => {
  const { id } = await asksForAdmin();
  const approve = () => ada.requests.approve.mutate({ id });
  expect(await overlapping(approve, approve)).toMatchObject([{ status: 'open' }, { status: 'open' }]);
  expect(await bert.requests.get.query({ id })).toMatchObject({ approvals: [{ by: { key: 'ada' } }] });
});

test('a refusal or a withdrawal that overlaps the first approval is final', async () => {
  const [refused, withdrawn] = [await asksForAdmin(), await asksForAdmin()];
  const approve = (id: string) => () => codeOf(ada.requests.approve.mutate({ id }));
  await overlapping(approve(refused.id), () => codeOf(bert.requests.refuse.mutate({ id: refused.id })));
  await overlapping(approve(withdrawn.id), () =>
    codeOf(withdrawn.client.requests.withdraw.mutate({ id: withdrawn.id })),
  );
  expect(await ada.requests.get.query({ id: refused.id })).toMatchObject({ status: 'refused', grant: null });
  expect(await ada.requests.get.query({ id: withdrawn.id })).toMatchObject({ status: 'withdrawn' });
  expect(await codeOf(bert.requests.approve.mutate({ id: refused.id }))).toBe('REQUEST_DECIDED');
});

test('the first approval can be undone for fifteen seconds only, by its approver only', async () => {
  const { id } = await asksForAdmin();
  const { approvals } = await ada.requests.approve.mutate({ id });
  const decidedAt = approvals[0]?.at ?? '';
  const changed = { status: 409, code: 'REQUEST_CHANGED' };
  const another = new Date(Date.parse(decidedAt) - 1).toISOString();
  expect(await refusal(bert.requests.undo.mutate({ id, decidedAt }))).toMatchObject(changed);
  expect(await refusal(ada.requests.undo.mutate({ id, decidedAt: another }))).toMatchObject(changed);
  ahead += 16;
  expect(await codeOf(ada.requests.undo.mutate({ id, decidedAt }))).toBe('UNDO_EXPIRED');
  expect(await bert.requests.approve.mutate({ id })).toMatchObject({ status: 'approved' });
});

test('undoing one of two approvals preserves the approvals of other users and of other requests', async () => {
  const { key: cyd, client: second } = await server.join({ role: 'admin' });
  const [{ id }, { id: other }] = [await asksForAdmin(), await asksForAdmin()];
  await ada.requests.approve.mutate({ id: other });
  await ada.requests.approve.mutate({ id });
  const { decidedAt } = await second.requests.approve.mutate({ id });
  await second.requests.undo.mutate({ id, decidedAt: decidedAt ?? '' });
  await ada.members.unassign.mutate({ subject: cyd, role: 'admin' });
  expect(await ada.requests.get.query({ id })).toMatchObject({
    status: 'open',
    approvals: [{ by: { key: 'ada' } }],
  });
  const { approvals } = await ada.requests.get.query({ id });
  await ada.requests.undo.mutate({ id, decidedAt: approvals[0]?.at ?? '' });
  expect(await ada.requests.get.query({ id })).toMatchObject({ status: 'open', approvals: [] });
  expect(await ada.requests.get.query({ id: other })).toMatchObject({ approvals: [{ by: { key: 'ada' } }] });
});

test('the first approver is no longer asked to decide, and can undo the approval', async () => {
  const { id } = await asksForAdmin();
  const waiting = async () => (await ada.notifications.list.query()).filter(({ request }) => request === id);
  expect(await waiting()).toHaveLength(1);
  const { approvals } = await ada.requests.approve.mutate({ id });
  expect(await waiting()).toEqual([]);
  const undone = await ada.requests.undo.mutate({ id, decidedAt: approvals[0]?.at ?? '' });
  expect(undone).toMatchObject({ status: 'open', approvals: [] });
  expect(await waiting()).toHaveLength(1);
});

test.each(['emil', 'ada'])(
  'finds the requests that %s can decide behind any number of others',
  async (approver) => {
    const caller = { ada, emil }[approver] ?? ada;
    const { key, client } = await server.join();
    const { id: report } = await emil.reports.create.mutate({ title: 'Quarterly', kind: 'access-review' });
    const asked = [
      ...(approver === 'ada' ? [await askForRole(client, 'admin', day)] : []),
      await askForRole(client, 'editor', day),
      await askForRole(client, onReport(report), day),
    ];
    if (approver === 'emil') await askForRole(client, 'admin', day);
    const others = Array.from({ length: 60 }, (_, index) => `${key}-${index}`);
    await server.db
      .insert(accessRequests)
      .values(
        others.map((role) =>
          requestRow({ requester: 'ada', role, createdAt: new Date(Date.now() + 60_000) }),
        ),
      );
    const { items } = await caller.requests.list.query({ status: 'open', decidable: true, limit: 3 });
    expect(items.map(({ id }) => id)).toEqual(asked.toReversed());
    expect(items.every(({ canDecide }) => canDecide)).toBe(true);
    const notified = (await caller.notifications.list.query()).filter(({ by }) => by?.key === key);
    expect(notified.map(({ request }) => request)).toEqual(asked.toReversed());
  },
);

test('a user who can share more reports than a list plan supports sees and decides the requests for them', async () => {
  const [{ client: owner }, { client, key: requester }] = [
    await server.join({ role: 'editor' }),
    await server.join(),
  ];
  const { id: report } = await owner.reports.create.mutate({ title: 'Mine', kind: 'access-review' });
  const other = await emil.reports.create.mutate({ title: 'Not mine', kind: 'access-review' });
  const [id] = [
    await askForRole(client, onReport(report), day),
    await askForRole(client, onReport(other.id), day),
  ];
  const many = Array.from({ length: 10_001 }, (_, index) => [
    `reports:${index}`,
    { roles: ['owner'], permissions: ['reports:share'] },
  ]);
  server.permit.faults.add({ path: '/user-permissions', status: 200, body: Object.fromEntries(many) });
  const lists = await Promise.all([
    owner.requests.list.query({ requester }),
    owner.requests.list.query({ requester, decidable: true }),
  ]);
  server.permit.faults.clear();
  expect(lists.map(({ items }) => items.map((item) => item.id))).toEqual([[id], [id]]);
});

test('only users with the permission of the rule decide, and are listed as approvers', async () => {
  const { client, key } = await server.join();
  const editor = { kind: 'role', role: 'editor' } as const;
  const { approvers, approvalsNeeded } = await client.requests.preview.query({ target: editor });
  expect(approvers?.people.map((one) => one.key).toSorted()).toEqual(['ada', 'bert', 'emil']);
  expect(approvalsNeeded).toBe(1);
  const id = await askForRole(client, 'editor', null);
  expect(await emil.requests.approve.mutate({ id })).toMatchObject({
    status: 'approved',
    requester: { key },
    approvals: [],
  });

  const { id: other } = await asksForAdmin();
  expect(await codeOf(emil.requests.approve.mutate({ id: other }))).toBe('FORBIDDEN');
});

test('a role with a maximum duration cannot be requested for longer, or without an end', async () => {
  const { client } = await server.join();
  const admin = { kind: 'role', role: 'admin' } as const;
  const { durations } = await client.requests.preview.query({ target: admin });
  expect(durations).toMatchObject({ choices: [day, 7 * day], max: 30 * day, forGood: false });
  const ask = (duration: number | null) =>
    client.requests.create.mutate({ target: admin, reason: 'why', duration });
  for (const duration of [null, 30 * day + 1]) expect(await codeOf(ask(duration))).toBe('DURATION_EXCEEDED');
  expect(await ask(30 * day)).toMatchObject({ status: 'open', duration: 30 * day });
});

test('a request from before its role had a maximum duration cannot be approved for longer', async () => {
  const { id } = await asksForAdmin();
  await server.db.update(accessRequests).set({ duration: null }).where(eq(accessRequests.id, id));
  for (const duration of [undefined, 30 * day + 1])
    expect(await codeOf(ada.requests.approve.mutate({ id, duration }))).toBe('DURATION_EXCEEDED');
  expect(await ada.requests.approve.mutate({ id, duration: 30 * day })).toMatchObject({ approvals: [{}] });
});

test('the approval of a user who lost the permission or is suspended no longer counts', async () => {
  const demoted = await named('cleo', 'admin');
  const suspended = await named('dora', 'admin');
  const [first, second] = [await asksForAdmin(), await asksForAdmin()];
  await demoted.requests.approve.mutate({ id: first.id });
  await suspended.requests.approve.mutate({ id: second.id });
  await ada.members.unassign.mutate({ subject: 'cleo', role: 'admin' });
  await server.sync.revocations.record('dora', 'suspended');
  for (const { id } of [first, second]) {
    expect(await ada.requests.approve.mutate({ id })).toMatchObject({
      status: 'open',
      approvals: [{ by: { key: 'ada' } }],
    });
  }
  expect(await bert.requests.approve.mutate({ id: first.id })).toMatchObject({ status: 'approved' });
});

test('the approval of a user who can no longer decide one request remains on the others', async () => {
  const cara = await named('cara', 'admin');
  const [{ id }, { id: other }] = [await asksForAdmin(), await asksForAdmin()];
  for (const request of [id, other]) await cara.requests.approve.mutate({ id: request });
  await ada.members.unassign.mutate({ subject: 'cara', role: 'admin' });
  await ada.requests.approve.mutate({ id });
  expect(await ada.requests.get.query({ id })).toMatchObject({ approvals: [{ by: { key: 'ada' } }] });
  expect(await ada.requests.get.query({ id: other })).toMatchObject({ approvals: [{ by: { key: 'cara' } }] });
  // It counts again if she can decide the request again.
  await ada.members.assign.mutate({ subject: 'cara', role: 'admin' });
  expect(await bert.requests.approve.mutate({ id: other })).toMatchObject({ status: 'approved' });
});

test('an approver whose role has ended does not count while Permit cannot remove it', async () => {
  const temporary = await named('elsa', 'viewer');
  await ada.members.assign.mutate({ subject: 'elsa', role: 'admin', duration: day });
  const [{ id }, refused, { client }] = [await asksForAdmin(), await asksForAdmin(), await server.join()];
  await waitFor(() => temporary.requests.approve.mutate({ id }));
  await temporary.requests.approve.mutate({ id: refused.id });
  await bert.requests.refuse.mutate({ id: refused.id });
  // Approved when its rule required two approvals.
  const lowered = await askForRole(client, 'editor', day);
  await server.db
    .insert(requestApprovals)
    .values({ requestId: lowered, by: 'elsa', at: new Date(), duration: day });
  server.permit.faults.add({ method: 'DELETE', path: '/v2/facts/*', status: 500 });
  ahead += day;
  expect(await codeOf(bert.requests.approve.mutate({ id }))).toBe('AUTHORIZATION_UNAVAILABLE');
  expect(await codeOf(bert.requests.approve.mutate({ id: refused.id }))).toBe('REQUEST_DECIDED');
  expect(await bert.requests.approve.mutate({ id: lowered })).toMatchObject({ status: 'approved' });
  server.permit.faults.clear();
  expect(await bert.requests.approve.mutate({ id })).toMatchObject({
    status: 'open',
    approvals: [{ by: { key: 'bert' } }],
  });
});

test('an approver whose role ends during a suspension does not prevent other approvals', async () => {
  const temporary = await named('finn', 'viewer');
  await ada.members.assign.mutate({ subject: 'finn', role: 'admin', duration: ahead + day });
  const { id } = await asksForAdmin();
  await waitFor(() => temporary.requests.approve.mutate({ id }));
  await server.sync.revocations.record('finn', 'suspended');
  ahead += day;
  expect(await bert.requests.approve.mutate({ id })).toMatchObject({
    status: 'open',
    approvals: [{ by: { key: 'bert' } }],
  });
});

test('of two approvals, the shorter duration applies; without an end is the longest', async () => {
  await using other = await startTestServer({ approvalRules: { editor: { approvals: 2 } } });
  const [first, second] = [await other.join({ role: 'admin' }), await other.join({ role: 'admin' })];
  const secondsFor = async (durations: readonly [number | null, number | null]) => {
    const { client } = await other.join();
    const id = await askForRole(client, 'editor', null);
    await first.client.requests.approve.mutate({ id, duration: durations[0] });
    const { grant } = await second.client.requests.approve.mutate({ id, duration: durations[1] });
    const { grantedAt = '', expiresAt = '' } = grant ?? {};
    return expiresAt === null ? null : (Date.parse(expiresAt) - Date.parse(grantedAt)) / 1_000;
  };
  expect(await secondsFor([null, null])).toBeNull();
  expect(await secondsFor([null, day])).toBe(day);
  expect(await secondsFor([7 * day, null])).toBe(7 * day);
});
