import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { freshDatabase, openTestDatabase } from '../../../testing/fresh-database.ts';
import { syncRuns } from '../tables.ts';
import { openSyncQueues } from '../worker/sync-queues.ts';
import { createRunStore, type RunRequest } from './run-store.ts';
import { createSyncState } from './sync-state.ts';

const url = await freshDatabase();
const database = await openTestDatabase(url);
const runs = createRunStore(database.db);
// Creates the tables of the queues. In this test, no worker processes their jobs.
await (await openSyncQueues(url, () => {})).close();
beforeEach(async () => {
  await database.db.delete(syncRuns);
  await database.db.execute(sql.raw('truncate pgboss.job'));
});

const request = (more: Partial<RunRequest> = {}): Promise<string> =>
  runs.request({ reason: 'manual', ...more }, async () => {});
const report = { users: 2, tenants: 1, changes: { assign: 1 }, sample: ['x'], failed: 0, recovered: 0 };
const failure = { code: 'LOGTO_UNAVAILABLE', status: 503, message: 'no' } as const;
const massChange = { code: 'SYNC_MASS_CHANGE', affected: 60, allowed: 50, total: 70, message: 'no' } as const;

test('a run is stored as requested, together with its job or not at all', async () => {
  const queued: string[] = [];
  const id = await runs.request({ reason: 'manual', force: true, requestedBy: 'ann' }, async (run) => {
    queued.push(run);
  });
  expect(queued).toEqual([id]);
  expect(await runs.find(id)).toMatchObject({
    reason: 'manual',
    status: 'queued',
    dryRun: false,
    force: true,
    requestedBy: 'ann',
    startedAt: null,
    finishedAt: null,
  });
  const dry = await request({ dryRun: true });
  expect(await runs.find(dry)).toMatchObject({ dryRun: true, force: false, requestedBy: null });
  await expect(runs.request({ reason: 'manual' }, () => Promise.reject(new Error('no')))).rejects.toThrow();
  expect(await runs.list(10)).toHaveLength(2);
  expect(await runs.find(randomUUID())).toBeUndefined();
});

test('a run is queued until it starts, per reason', async () => {
  const id = await request({ reason: 'roles' });
  expect([await runs.isQueued('roles'), await runs.isQueued('sweep')]).toEqual([true, false]);
  await runs.start(id);
  expect(await runs.isQueued('roles')).toBe(false);
});

test('an abandoned run is started again from the beginning, but not one that has ended', async () => {
  const id = await request();
  expect(await runs.start(id)).toMatchObject({ id, status: 'running', startedAt: expect.any(Date) });
  await runs.progress(id, { step: 'applying', done: 3, total: 4 });
  expect(await runs.find(id)).toMatchObject({ progress: { step: 'applying', done: 3, total: 4 } });
  expect(await runs.start(id)).toMatchObject({ id, status: 'running', progress: null, reason: 'manual' });
  await runs.finish(id, report);
  expect(await runs.start(id)).toBeUndefined();
  expect(await runs.find(id)).toMatchObject({ status: 'done', report, finishedAt: expect.any(Date) });
});

test('a run without a request is a sweep', async () => {
  const id = randomUUID();
  expect(await runs.start(id)).toMatchObject({ id, reason: 'sweep', status: 'running' });
});

test('a run stopped by the guard is refused, any other failure makes it failed', async () => {
  const [refused, failed] = [await request(), await request()];
  await runs.fail(refused, massChange);
  await runs.fail(failed, failure);
  expect(await runs.find(refused)).toMatchObject({ status: 'refused', problem: massChange });
  expect(await runs.find(failed)).toMatchObject({
    status: 'failed',
    problem: failure,
    finishedAt: expect.any(Date),
  });
});

test('runs without a job have failed; others are unchanged', async () => {
  const [left, queued, running, sweep, done] = await Promise.all([
    request(),
    request(),
    request(),
    request(),
    request(),
  ]);
  await Promise.all([left, running, sweep, done].map((id) => runs.start(id)));
  await runs.finish(done, report);
  await database.db.execute(sql`insert into pgboss.job (id, name, data, state) values
    (${randomUUID()}, 'directory-runs', ${JSON.stringify({ runId: queued })}::jsonb, 'created'),
    (${randomUUID()}, 'directory-runs', ${JSON.stringify({ runId: running })}::jsonb, 'retry'),
    (${sweep}, 'directory-runs', '{}', 'active'),
    (${randomUUID()}, 'directory-runs', ${JSON.stringify({ runId: left })}::jsonb, 'failed'),
    (${left}, 'directory-subjects', ${JSON.stringify({ runId: left })}::jsonb, 'active')`);
  expect(await runs.abandon()).toEqual([left]);
  expect(await runs.find(left)).toMatchObject({
    status: 'failed',
    problem: { code: 'ABANDONED', message: expect.any(String) },
    finishedAt: expect.any(Date),
  });
  expect(await runs.abandon()).toEqual([]);
  await database.db.execute(sql.raw('truncate pgboss.job'));
  expect((await runs.abandon()).toSorted()).toEqual([queued, running, sweep].toSorted());
});

test('the last real run is the newest that has ended and was not a dry run; lists are newest first', async () => {
  expect(await runs.lastReal()).toBeUndefined();
  const ids: string[] = [];
  for (const dryRun of [false, false, true, false]) ids.push(await request({ dryRun }));
  const [old, real, dry, running] = ids;
  for (const id of [real, old, dry]) await runs.finish(id ?? '', report);
  await runs.start(running ?? '');
  expect((await runs.lastReal())?.id).toBe(real);
  expect((await runs.list(3)).map(({ id }) => id)).toEqual([running, dry, real]);
});

test('the pause and the time of the last recovery are shared, and tolerate unparsable values', async () => {
  const [one, other] = [createSyncState(database.db), createSyncState(database.db)];
  expect([await other.isPaused(), await other.recoveredUntil()]).toEqual([false, undefined]);
  await one.setPaused(true);
  await one.setRecoveredUntil(5);
  await one.setRecoveredUntil(7);
  expect([await other.isPaused(), await other.recoveredUntil()]).toEqual([true, 7]);
  await one.setPaused(false);
  expect(await other.isPaused()).toBe(false);
  await database.db.execute(sql`update sync_state set value = '"soon"'`);
  expect([await other.isPaused(), await other.recoveredUntil()]).toEqual([false, undefined]);
});
