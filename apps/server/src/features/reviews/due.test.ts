import { eq } from 'drizzle-orm';
import * as fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { startNoticeReceivers } from '../../testing/notice-receivers.ts';
import { reviewRow } from '../../testing/rows.ts';
import { startTestServer, startUpstreams } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { requestNotices } from '../notices/tables.ts';
import { decisions, rowFlags, type Outcome, type ReviewedRole } from './review.ts';
import { reviewRows, reviews } from './tables.ts';

let ahead = 0;
const now = (): Date => new Date(Date.now() + ahead);
const receivers = await startNoticeReceivers();
const settings = {
  upstreams: await startUpstreams(),
  now,
  notices: {
    webhook: { url: receivers.webhookUrl, secret: `whsec_${Buffer.from('x'.repeat(32)).toString('base64')}` },
    email: { url: receivers.smtpUrl, from: 'Latchkey <latchkey@example.com>' },
  },
  consoleUrl: 'https://console.example',
};
const server = await startTestServer(settings);
const { db, databaseUrl } = server;
const clientOf = async (key: string, role: string) =>
  (await server.join({ key, role, email: `${key}@example.com` })).client;
const ada = await clientOf('ada', 'admin');
const alan = await clientOf('alan', 'admin');
const vera = await clientOf('vera', 'viewer');
const walt = await clientOf('walt', 'viewer');

const facts: ReviewedRole = {
  name: null,
  email: null,
  isMachine: false,
  isSuspended: false,
  title: null,
  source: null,
  since: null,
  lastSignInAt: null,
  lastUsedAt: null,
  used: [],
  grants: [],
  inherited: 0,
};

async function openReview(dueAt: string): Promise<string> {
  const stored = reviewRow({
    name: 'Spring',
    dueAt: new Date(dueAt),
    createdBy: 'walt',
    createdAt: now(),
    startedAt: new Date('2027-03-01T00:00:00Z'),
    // Keeps the worker from claiming the review.
    claimedUntil: new Date('2100-01-01T00:00:00Z'),
  });
  await db.insert(reviews).values(stored);
  const { id } = stored;
  const row = { review: id, role: 'editor', facts, flags: [], searchText: '' };
  await db.insert(reviewRows).values([
    { ...row, position: 0, positionByRole: 0, subject: 'a', reviewer: 'vera' },
    { ...row, position: 1, positionByRole: 1, subject: 'b', reviewer: 'vera' },
    { ...row, position: 2, positionByRole: 2, subject: 'c', reviewer: 'ada', decision: 'keep' },
  ]);
  return id;
}

/** Returns what two replicas send at that time: each message, with the addresses of its email. */
async function sentAt(time: string) {
  ahead = Date.parse(time) - Date.now();
  receivers.reset();
  await db.delete(requestNotices);
  const replicas = await Promise.all([1, 2].map(() => startTestServer({ ...settings, databaseUrl })));
  await Promise.all(replicas.map((one) => one.close()));
  const added = await db.$count(requestNotices, eq(requestNotices.kind, 'review-due'));
  await waitFor(async () =>
    expect(await db.$count(requestNotices, eq(requestNotices.status, 'waiting'))).toBe(0),
  );
  // A send that the close of a replica interrupts is repeated with the same id.
  const calls = uniqueBy(receivers.calls, ({ headers }) => headers['webhook-id']);
  const mails = uniqueBy(receivers.mails, ({ text }) => /^Message-ID: (.*)$/im.exec(text)?.[1]);
  expect(calls.length + mails.length).toBe(added);
  return calls.map(({ body }, index) => [JSON.parse(body), mails[index]?.to.toSorted()]);
}

function uniqueBy<Item>(items: readonly Item[], idOf: (item: Item) => unknown): Item[] {
  expect(items.map(idOf)).not.toContain(undefined);
  return [...new Map(items.map((item) => [idOf(item), item])).values()];
}

test('reminds reviewers once before the due date, on it and after it, when managers are reminded as well', async () => {
  const id = await openReview('2027-03-20T12:00:00Z');
  expect(await sentAt('2027-03-17T11:00:00Z')).toEqual([]);
  const before = await sentAt('2027-03-17T13:00:00Z');
  expect(before).toMatchObject([
    [
      {
        text: 'The access review "Spring" is due on 20 March 2027: 2 decisions left.',
        metadata: { event_type: 'access_review_due' },
      },
      ['vera@example.com'],
    ],
  ]);
  expect(JSON.stringify(before)).toContain(`<https://console.example/reviews/${id}|Review>`);
  expect(await sentAt('2027-03-20T11:00:00Z')).toEqual([]);
  const onTheDay = await sentAt('2027-03-20T13:00:00Z');
  expect(onTheDay).toMatchObject([
    [{ text: expect.stringContaining('was due on 20 March') }, expect.anything()],
  ]);
  expect(onTheDay[0]?.[1]).toEqual(['ada', 'alan', 'vera', 'walt'].map((key) => `${key}@example.com`));
  expect(await sentAt('2027-03-23T11:00:00Z')).toEqual([]);
  // Nine days after the due date. The reminders after three and six days were missed, and Walt has left.
  const membership = { user: 'walt', role: 'viewer', tenant: 'default' } as const;
  await server.directory.unassignRole(membership);
  const afterLeaving = await sentAt('2027-03-29T13:00:00Z');
  expect(afterLeaving.map(([, to]) => to)).toEqual([
    ['ada', 'alan', 'vera'].map((key) => `${key}@example.com`),
  ]);
  await server.directory.assignRole(membership);
  await db.update(reviewRows).set({ decision: 'keep' }).where(eq(reviewRows.review, id));
  expect(await sentAt('2027-04-01T13:00:00Z')).toMatchObject([
    [{ text: expect.stringContaining('ready to finish') }, expect.anything()],
  ]);
  await db.update(reviews).set({ status: 'closed' }).where(eq(reviews.id, id));
  expect(await sentAt('2027-04-04T13:00:00Z')).toEqual([]);
});

test('Home shows the next due review: for reviewers their own, for managers any', async () => {
  ahead = Date.parse('2027-05-01T00:00:00Z') - Date.now();
  const later = await openReview('2027-06-02T00:00:00Z');
  const sooner = await openReview('2027-06-01T00:00:00Z');
  expect(await vera.reviews.due.query()).toEqual({
    id: sooner,
    name: 'Spring',
    dueAt: '2027-06-01T00:00:00.000Z',
    mine: 2,
    undecided: 2,
  });
  expect(await ada.reviews.due.query()).toMatchObject({ id: sooner, mine: 0, undecided: 2 });
  expect(await walt.reviews.due.query()).toBeNull();
  await db.update(reviewRows).set({ reviewer: 'ada' }).where(eq(reviewRows.review, later));
  expect(await ada.reviews.due.query()).toMatchObject({ id: later, mine: 2 });
});

const StoredRow = fc.record({
  reviewer: fc.constantFrom(null, 'ada', 'alan', 'vera'),
  decision: fc.constantFrom(null, ...decisions),
  flags: fc.subarray([...rowFlags]),
  isUnchanged: fc.boolean(),
  outcome: fc.constantFrom<Outcome | null>(
    null,
    'kept',
    'pending',
    'failed',
    'changed',
    'removed',
    'replaced',
  ),
});

test('law: each count of a review is the number of rows that its filter finds', async () => {
  ahead = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(StoredRow, { maxLength: 12 }), async (stored) => {
      const id = await openReview('2099-01-01T00:00:00Z');
      const review = { review: id, role: 'editor', facts, searchText: '' };
      for (const [index, row] of stored.entries())
        await db.insert(reviewRows).values({
          ...review,
          ...row,
          position: index + 3,
          positionByRole: index + 3,
          subject: `user-${index}`,
        });
      for (const client of [ada, alan]) {
        const { rows, decided, assigned, mine, counts } = await client.reviews.get.query({ id });
        const { flags, outcomes, unchanged, ...byDecision } = counts;
        const found = async (filter: object): Promise<number> =>
          (await client.reviews.rows.query({ id, ...filter, limit: 1 })).total;
        const totals: [number, object][] = [
          [rows, {}],
          [rows - decided, { decision: 'none' }],
          [assigned, { mine: true }],
          [mine, { mine: true, decision: 'none' }],
          [unchanged, { unchanged: true }],
          ...rowFlags.map((flag): [number, object] => [flags[flag] ?? 0, { flag }]),
          ...decisions.map((decision): [number, object] => [byDecision[decision], { decision }]),
          ...(['pending', 'failed', 'changed'] as const).map((outcome): [number, object] => [
            outcomes[outcome] ?? 0,
            { outcome },
          ]),
        ];
        const results = await Promise.all(totals.map(([, filter]) => found(filter)));
        expect(totals.map(([count, filter]) => [count, filter])).toEqual(
          totals.map(([, filter], index) => [results[index], filter]),
        );
      }
    }),
    { numRuns: inject('all') ? 100 : 10 },
  );
});
