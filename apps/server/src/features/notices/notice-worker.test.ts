import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Repeating } from '../../platform/repeat.ts';
import { requestRow } from '../../testing/rows.ts';
import { openTestDatabase } from '../../testing/fresh-database.ts';
import type { Notice, NoticeChannel, SendNotice } from '../../directory/notice.ts';
import { accessRequests } from '../requests/tables.ts';
import { createNoticeWorker, type NoticeWorkerDeps } from './notice-worker.ts';
import { requestNotices, type NoticeRow } from './tables.ts';
import { waitFor } from '../../testing/wait-for.ts';

/* Uses the real table. The clock is fixed, and the receiver answers as configured by the test. */

const start = Date.parse('2026-11-01T09:00:00Z');
let clock = start;
const after = (seconds: number): Date => new Date(clock + seconds * 1_000);
const wait = (seconds: number): void => void (clock += seconds * 1_000);

const readNotice = vi.fn<NoticeWorkerDeps['readNotice']>();
const send = vi.fn<SendNotice>();
let errors: Error[] = [];
let workers: Repeating[] = [];
const requestId = randomUUID();

const noticeOf = (id: string): Notice => ({
  id,
  kind: 'asked',
  tenant: 'acme',
  headline: 'Ann asks.',
  reason: null,
  link: undefined,
  email: { headline: 'Ann asks.', field: 'bcc', recipients: async () => [] },
});
const startWorker = (channel: NoticeChannel = 'webhook'): Repeating => {
  const worker = createNoticeWorker({
    db: database.db,
    channel,
    send,
    readNotice,
    now: () => new Date(clock),
    onError: (error) => errors.push(error),
  });
  workers.push(worker);
  return worker;
};
const insert = async (more: Partial<NoticeRow> = {}): Promise<string> => {
  const row = { id: randomUUID(), requestId, channel: 'webhook' as const, nextAttemptAt: after(0) };
  await database.db.insert(requestNotices).values({ ...row, ...more });
  return more.id ?? row.id;
};
const rowOf = async (id: string): Promise<NoticeRow | undefined> =>
  (await database.db.select().from(requestNotices).where(eq(requestNotices.id, id)))[0];
const until = (id: string, expected: Partial<NoticeRow>): Promise<void> =>
  waitFor(async () => {
    for (const worker of workers) worker.wake();
    expect(await rowOf(id)).toMatchObject(expected);
  });
const sentIds = (): string[] => send.mock.calls.map(([{ id }]) => id);
/** Waits until a notice that is due now was sent, so that all notices due earlier have been processed. */
const untilLooked = async (): Promise<void> => {
  send.mockResolvedValue();
  await until(await insert(), { status: 'done' });
};

const database = await openTestDatabase();
await database.db.insert(accessRequests).values(requestRow({ id: requestId, tenant: 'acme' }));
beforeEach(() => {
  readNotice.mockImplementation(async ({ id }) => noticeOf(id));
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  await database.db.delete(requestNotices);
  vi.restoreAllMocks();
  vi.resetAllMocks();
  [clock, errors, workers] = [start, [], []];
});

test('three replicas send each notice exactly once', async () => {
  const ids = await Promise.all(Array.from({ length: 40 }, () => insert()));
  // Sending is slow enough for the replicas to poll concurrently.
  send.mockImplementation(() => sleep(2));
  Array.from({ length: 3 }, () => startWorker());
  await Promise.all(ids.map((id) => until(id, { status: 'done', attempts: 1 })));
  wait(86_400);
  await untilLooked();
  expect(sentIds().slice(0, -1).toSorted()).toEqual(ids.toSorted());
  expect(errors).toEqual([]);
});

test('a notice waits until it is due', async () => {
  const id = await insert({ nextAttemptAt: after(60) });
  startWorker();
  await untilLooked();
  expect(sentIds()).not.toContain(id);
  wait(60);
  await until(id, { status: 'done' });
});

test('the pauses between attempts double from 5 s to an hour, and the 30th attempt is the last', async () => {
  send.mockRejectedValue(new Error('unavailable'));
  const id = await insert();
  startWorker();
  for (let attempts = 1; attempts < 30; attempts += 1) {
    const pause = Math.min(3_600, 5 * 2 ** (attempts - 1));
    await until(id, { status: 'waiting', attempts, nextAttemptAt: after(pause) });
    wait(pause);
  }
  await until(id, { status: 'failed', attempts: 30 });
  expect(errors.map(({ message }) => message)).toEqual(Array.from({ length: 30 }, () => 'unavailable'));
  wait(86_400);
  await untilLooked();
  expect(await rowOf(id)).toMatchObject({ status: 'failed', attempts: 30 });
});

test('sends no obsolete notices', async () => {
  readNotice.mockResolvedValueOnce(undefined);
  const id = await insert();
  startWorker();
  await until(id, { status: 'skipped' });
  expect(send).not.toHaveBeenCalled();
});

test('skips a notice locked by another replica, without waiting', async () => {
  const id = await insert({ nextAttemptAt: after(-1) });
  await database.db.transaction(async (transaction) => {
    await transaction.select().from(requestNotices).where(eq(requestNotices.id, id)).for('update');
    startWorker();
    await untilLooked();
    expect(sentIds()).not.toContain(id);
  });
  await until(id, { status: 'done' });
});

test('an unresponsive receiver delays no other notice or channel, and its notices are leased for 30 s', async () => {
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
  const hanging = await Promise.all([0, 1, 2, 3].map(() => insert({ nextAttemptAt: after(-1) })));
  const other = await insert({ nextAttemptAt: after(-1) });
  send.mockImplementation(({ id }, signal) => (hanging.includes(id) ? aborted(signal) : Promise.resolve()));
  const first = startWorker();
  await until(other, { status: 'done' });
  for (const id of hanging) await until(id, { attempts: 1, nextAttemptAt: after(30) });
  startWorker();
  const mail = await insert({ channel: 'email', nextAttemptAt: after(-1) });
  await until(await insert(), { status: 'done' });
  expect(sentIds()).not.toContain(mail);
  startWorker('email');
  await until(mail, { status: 'done' });
  wait(29);
  await until(await insert(), { status: 'done' });
  expect(sentIds().filter((id) => hanging.includes(id))).toHaveLength(4);
  wait(1);
  for (const id of hanging) await until(id, { attempts: 2 });
  // Closing the worker aborts its attempts.
  await first.close();
  expect(errors).toHaveLength(4);
});

test('an attempt times out after 10 s', async () => {
  const limit = new AbortController();
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal);
  send.mockImplementation((_, signal) => aborted(signal));
  const id = await insert();
  startWorker();
  await waitFor(() => expect(send).toHaveBeenCalledOnce());
  expect(timeout).toHaveBeenCalledWith(10_000);
  limit.abort();
  await until(id, { status: 'waiting', attempts: 1, nextAttemptAt: after(5) });
});

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });
}
