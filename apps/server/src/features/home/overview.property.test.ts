import { rolesOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { and, eq, inArray, lte, notInArray } from 'drizzle-orm';
import * as fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { refusal } from '../../testing/call-procedure.ts';
import { deliverSuspension } from '../../testing/deliver.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { accessGrants } from '../requests/tables.ts';

const day = 86_400;
/** The number of seconds by which the server's clock is ahead: a history is a sequence of days. */
let ahead = 0;
const now = (): number => Date.now() + ahead * 1_000;
const server = await startTestServer({ approvalRules: {}, now: () => new Date(now()) });
const sdk = permitSdk(server.permit);
const roles = rolesOf(policy);

const { client: admin, key: adminKey } = await server.join({ role: 'admin' });
// Another tenant's members, requests and ends never count.
await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
const { client: elsewhere } = await server.join({ role: 'admin', tenant: 'acme' });
const users = await Promise.all(Array.from({ length: 8 }, () => server.join()));
for (const subject of [adminKey, ...users.map(({ key }) => key)]) await admin.members.get.query({ subject });

const step = fc.record({
  kind: fc.constantFrom(
    'assign',
    'assign',
    'unassign',
    'ask',
    'ask',
    'approve',
    'undo',
    'remove',
    'restore',
    'deny',
    'suspend',
    'pass',
    'pass',
  ),
  who: fc.nat(users.length - 1),
  role: fc.constantFrom(...roles),
  days: fc.constantFrom(null, 2, 6, 8, 30),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const removals = new Map<string, string>();
const suspended = new Set<string>();

const untilSuspended = (subject: string): Promise<void> =>
  waitFor(async () => {
    expect((await admin.members.get.query({ subject })).status).toBe('suspended');
    expect(await sdk.api.roleAssignments.list({ user: subject, tenant: 'default' })).toEqual([]);
  });

async function make({ kind, who, role, days }: Step): Promise<void> {
  const user = users[who];
  if (user === undefined) return;
  const { key: subject, client } = user;
  const duration = days === null ? null : days * day;
  const target = { kind: 'role', role } as const;
  const open = async () => (await admin.requests.list.query({ status: 'open' })).items[0]?.id ?? '';
  if (kind === 'assign') await admin.members.assign.mutate({ subject, role, duration }).catch(() => {});
  if (kind === 'unassign') await admin.members.unassign.mutate({ subject, role }).catch(() => {});
  if (kind === 'ask')
    await client.requests.create.mutate({ target, reason: 'Why', duration }).catch(() => {});
  if (kind === 'approve') await admin.requests.approve.mutate({ id: await open() }).catch(() => {});
  if (kind === 'undo') {
    const approved = await admin.requests.approve.mutate({ id: await open() }).catch(() => undefined);
    if (approved?.decidedAt != null)
      await admin.requests.undo.mutate({ id: approved.id, decidedAt: approved.decidedAt }).catch(() => {});
  }
  if (kind === 'remove') {
    const [removed] = await admin.members.remove.mutate({ subjects: [subject], actions: ['roles'] });
    if (removed?.removal != null) removals.set(subject, removed.removal);
  }
  const removal = removals.get(subject);
  if (kind === 'restore' && removal !== undefined && !suspended.has(subject)) {
    removals.delete(subject);
    await admin.members.restore.mutate({ removals: [removal] });
  }
  if (kind === 'deny') await client.sync.status.query().catch(() => {});
  if (kind === 'suspend' && who < 2) {
    suspended.add(subject);
    await deliverSuspension(server.url, subject);
    await untilSuspended(subject);
  }
  if (kind === 'pass') ahead += day;
  // The worker assigns granted roles and removes ended ones.
  const { expiresAt, status } = accessGrants;
  const isOver = and(eq(status, 'active'), lte(expiresAt, new Date(now())));
  // The role of a suspended user waits for the end of the suspension.
  const isWorking = and(
    inArray(status, ['pending', 'ending']),
    notInArray(accessGrants.subject, [...suspended, '']),
  );
  await waitFor(async () => {
    expect(await server.db.$count(accessGrants, isOver)).toBe(0);
    expect(await server.db.$count(accessGrants, isWorking)).toBe(0);
  });
}

/** All rows of a list with pages. */
async function all<Row>(read: (offset: number) => Promise<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const page = await read(rows.length); // oxlint-disable-line no-await-in-loop -- a page follows the one before
    if (page.length === 0) return rows;
    rows.push(...page);
  }
}

type MemberFilter = Parameters<Client['members']['list']['query']>[0];
const listed = (filter: MemberFilter) =>
  all(async (offset) => (await admin.members.list.query({ ...filter, offset, limit: 5 })).members);

/** The holders of each role according to Permit, which has no roles of suspended users. */
async function inPermit(): Promise<Record<string, number>> {
  const assigned = await sdk.api.roleAssignments.list({ tenant: 'default', perPage: 100 });
  const holders = assigned.filter(({ resource_instance }) => !resource_instance);
  return {
    members: new Set(holders.map(({ user }) => user)).size,
    ...Object.fromEntries(roles.map((role) => [role, holders.filter((one) => one.role === role).length])),
  };
}

const filters = [
  { kind: 'person' },
  { role: 'admin' },
  { status: 'suspended', withRoles: true },
  { status: 'dormant' },
] as const;

async function checkFigures(): Promise<void> {
  for (const filter of filters)
    expect((await admin.members.counts.query(filter)).found).toBe((await listed(filter)).length);

  const open = await all(async (offset) =>
    offset === 0 ? (await admin.requests.list.query({ status: 'open', limit: 100 })).items : [],
  );
  expect(await admin.requests.openCount.query()).toEqual({
    count: open.length,
    oldestAt: open.at(-1)?.createdAt ?? null,
  });
  expect(await elsewhere.requests.openCount.query()).toEqual({ count: 0, oldestAt: null });

  const everyone = (await listed({})).filter(({ status }) => status !== 'suspended');
  for (const days of [7, 14]) {
    const ends = everyone.flatMap(({ roles: held }) =>
      held.flatMap(({ source }) =>
        'endsAt' in source && source.endsAt !== null ? [Date.parse(source.endsAt)] : [],
      ),
    );
    const ending = await all(
      async (cursor) => (await admin.requests.ending.query({ days, cursor, limit: 3 })).items,
    );
    const { total } = await admin.requests.ending.query({ days });
    expect(total).toBe(ending.length);
    const active = ending.filter(({ person }) => !suspended.has(person.key));
    expect(active.map(({ endsAt }) => Date.parse(endsAt))).toEqual(
      ends.filter((end) => end <= now() + days * day * 1_000).toSorted((one, other) => one - other),
    );
    expect((await elsewhere.requests.ending.query({ days })).total).toBe(0);
  }

  const { isKnown, count } = await admin.reviews.unusedCount.query({ days: 7 });
  const first = await admin.reviews.unused.query({ days: 7, limit: 50 });
  expect([isKnown, count]).toEqual([first.isKnown, first.items.length]);
}

async function checkDenials(): Promise<void> {
  await server.audit.flush();
  const period = {
    from: new Date(now() - 30 * day * 1_000).toISOString(),
    to: new Date(now() + day * 1_000).toISOString(),
  };
  const { events } = await admin.audit.list.query({
    ...period,
    kind: 'decision',
    outcomes: ['deny'],
    limit: 200,
  });
  const denied = await admin.audit.mostDenied.query(period);
  expect(denied.map(({ times }) => times)).toEqual(
    denied.map(({ times }) => times).toSorted((one, other) => other - one),
  );
  expect(new Set(denied.map(({ permission }) => permission))).toEqual(
    new Set(events.map(({ action }) => action)),
  );
  for (const { permission, times, people, users: named } of denied) {
    const those = events.filter(({ action }) => action === permission);
    expect(times).toBe(those.length);
    const actors = new Set(those.map(({ actor }) => actor));
    expect(people).toBe(actors.size);
    expect(named.every(({ key }) => actors.has(key))).toBe(true);
  }
  const other = await elsewhere.audit.mostDenied.query(period);
  expect(other).toEqual([]);
}

const snapshots: { readonly at: number; readonly counts: Record<string, number> }[] = [];

/** The numbers of the history on the days of the snapshots, and now. */
async function historyOfSnapshots(): Promise<unknown[]> {
  await server.audit.flush();
  const { since, points, isKnown } = await admin.members.roleHistory.query({ days: 90 });
  expect(since).toBe(points[0]?.at);
  expect(isKnown).toBe(Date.parse(since) <= now() - 90 * day * 1_000);
  const pointAt = (time: number) => points.find(({ at }) => Date.parse(at) >= time);
  return [...snapshots.map(({ at }) => pointAt(at)), points.at(-1)].map(
    (point) => point && { members: point.members, ...point.roles },
  );
}

test('every figure of the overview is the number of rows on its page, and the history is what each day had', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 20 }), async (steps) => {
      for (const one of steps) {
        if (one.kind === 'pass') {
          await server.audit.flush();
          snapshots.push({ at: now(), counts: await inPermit() });
        }
        await make(one);
        await checkFigures();
      }
      const known = [...snapshots.map(({ counts }) => counts), await inPermit()];
      expect(await historyOfSnapshots()).toEqual(known);
      await checkDenials();
    }),
    // A history continues the one before, so it cannot be shrunk.
    { numRuns: inject('all') ? 15 : 4, endOnFailure: true },
  );
}, 600_000);

test('only users who can see the counted rows see the figures', async () => {
  const { client: viewer } = await server.join();
  const calls = [
    viewer.members.counts.query({ role: 'admin' }),
    viewer.members.roleHistory.query({}),
    viewer.requests.ending.query({}),
    viewer.reviews.unusedCount.query({}),
    viewer.audit.mostDenied.query({ from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z' }),
  ];
  for (const call of calls) expect(await refusal(call)).toMatchObject({ code: 'FORBIDDEN' });
  // A requester counts only the requests that they can decide.
  expect((await viewer.requests.openCount.query()).count).toBe(0);
});
