import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase, type Database } from '../../../platform/database/open-database.ts';
import { freshDatabase } from '../../../testing/fresh-database.ts';
import { openSyncQueues, type SubjectResult, type SyncQueues } from './sync-queues.ts';
import { waitFor } from '../../../testing/wait-for.ts';

type Handlers = Parameters<SyncQueues['work']>[0];

let url: string;
let database: Database;
let queues: SyncQueues;
let errors: Error[];
let asked: string[];
let answer: (subject: string) => SubjectResult;
let handlers: Handlers;
beforeEach(async () => {
  url = await freshDatabase();
  database = await openDatabase(url, () => {});
  [errors, asked, answer] = [[], [], () => 'done'];
  queues = await openSyncQueues(url, (error) => errors.push(error));
  handlers = {
    async process(jobs) {
      asked.push(...jobs.map(({ subject, force, isLast }) => `${subject} ${force} ${isLast}`));
      return jobs.map(({ subject }) => answer(subject));
    },
    async checkStatus({ user, isLast }) {
      asked.push(`status of ${user} ${isLast}`);
      return answer(user);
    },
    run: async (id) => void asked.push(`run ${id}`),
    check: async (check) => void asked.push(`check ${check}`),
    abandon: async (work) => void asked.push(`abandon ${JSON.stringify(work)}`),
  };
});
afterEach(async () => {
  await queues.close();
  await database.close();
});

interface JobRow extends Record<string, unknown> {
  readonly id: string;
  readonly key: string;
  readonly state: string;
}
const jobs = async (name: string): Promise<JobRow[]> => {
  const { rows } = await database.db.execute<JobRow>(sql`
    select id, singleton_key as key, state::text, priority, output, start_after
    from pgboss.job where name = ${name} order by created_on`);
  return rows;
};
const states = async (): Promise<string[]> => (await jobs('directory-subjects')).map(({ state }) => state);
const refused = (): Promise<never> => Promise.reject(new Error('given up'));

test('jobs exist exactly when the rows of their transaction do', async () => {
  const subjects = ['user:ann', 'user:bob'];
  await database.db
    .transaction(async (transaction) => {
      await queues.enqueue(subjects, { transaction });
      await queues.enqueueRun(randomUUID(), { transaction });
      await refused();
    })
    .catch(() => {});
  for (const name of ['directory-subjects', 'directory-runs']) expect(await jobs(name)).toEqual([]);
  await database.db.transaction((transaction) => queues.enqueue(subjects, { transaction }));
  expect((await jobs('directory-subjects')).map(({ key }) => key).toSorted()).toEqual(subjects);
});

test('creates no job without subjects', async () => {
  await queues.enqueue([]);
  await queues.enqueueStatusChecks([]);
  expect([...(await jobs('directory-subjects')), ...(await jobs('directory-status'))]).toEqual([]);
});

test('a replay and the whole directory come first, then the newest sign-ups, then the other jobs', async () => {
  await queues.enqueue(['user:ann', 'directory']);
  await queues.enqueue(['user:new'], { signUps: new Set(['user:new']) });
  await queues.enqueue(['user:older'], { signUps: new Set(['user:older']) });
  await database.db.execute(
    sql`update pgboss.job set priority = priority - 1 where singleton_key = 'user:older'`,
  );
  await queues.enqueue(['user:bob'], { isUrgent: true });
  const byPriority = (await jobs('directory-subjects')).toSorted(
    (one, other) => Number(other['priority']) - Number(one['priority']) || one.key.localeCompare(other.key),
  );
  expect(byPriority.map(({ key }) => key)).toEqual([
    'directory',
    'user:bob',
    'user:new',
    'user:older',
    'user:ann',
  ]);
});

test('after the first success following an outage, the other jobs do not wait for their next attempt', async () => {
  const subjects = ['user:ann', 'user:bob', 'user:cy'];
  answer = () => ({ retry: true, reason: 'an outage' });
  await queues.work(handlers);
  await queues.enqueue(subjects);
  await waitFor(async () => expect(await states()).toEqual(['retry', 'retry', 'retry']));
  await database.db.execute(sql`
    update pgboss.job set start_after = case singleton_key when 'user:ann' then now() else now() + interval '1 hour' end
    where state = 'retry'`);
  answer = () => 'done';
  await waitFor(async () => expect(await states()).toEqual(['completed', 'completed', 'completed']));
  // A new delivery that succeeds says nothing about the jobs that failed.
  answer = (subject) => (subject === 'user:dan' ? { retry: true, reason: 'its own failure' } : 'done');
  await queues.enqueue(['user:dan']);
  await waitFor(async () => expect(await states()).toContain('retry'));
  await database.db.execute(sql`update pgboss.job set start_after = '2040-01-01' where state = 'retry'`);
  await queues.enqueue(['user:eve']);
  await waitFor(() => expect(asked.some((line) => line.startsWith('user:eve'))).toBe(true));
  await waitFor(async () =>
    expect(await states()).toEqual([...Array(3).fill('completed'), 'retry', 'completed']),
  );
  expect(await queues.nextAttemptAt(['user:dan'])).toEqual(new Date('2040-01-01'));
});

test('a job ends when it is done or can never succeed, and is retried otherwise', async () => {
  answer = (subject) => {
    if (subject === 'user:done') return 'done';
    return { retry: subject === 'user:again', reason: `because ${subject}` };
  };
  const later = new Date(Date.now() + 3_600_000).toISOString();
  await queues.work(handlers);
  await queues.enqueue(['user:done', 'user:never', 'user:again'], { force: true });
  await waitFor(async () => {
    const found = await jobs('directory-subjects');
    const states = found.map(({ key, state }) => [key, state]);
    expect(Object.fromEntries(states)).toEqual({
      'user:done': 'completed',
      'user:never': 'completed',
      'user:again': 'retry',
    });
    expect(found.find(({ key }) => key === 'user:again')?.['output']).toEqual({
      reason: 'because user:again',
    });
  });
  expect(asked.slice(0, 3).toSorted()).toEqual([
    'user:again true false',
    'user:done true false',
    'user:never true false',
  ]);
  await database.db.execute(sql`update pgboss.job set start_after = ${later} where state = 'retry'`);
  expect(await queues.nextAttemptAt(['user:done', 'user:again'])).toEqual(new Date(later));
  expect(await queues.nextAttemptAt(['user:done'])).toBeUndefined();
  expect(await queues.nextAttemptAt([])).toBeUndefined();
});

test('the next attempt of several subjects is the earliest', async () => {
  await queues.enqueue(['user:ann', 'user:bob']);
  await database.db.execute(sql`update pgboss.job set start_after =
    case singleton_key when 'user:ann' then '2040-01-02'::timestamptz else '2040-01-01' end`);
  expect(await queues.nextAttemptAt(['user:ann', 'user:bob'])).toEqual(new Date('2040-01-01'));
});

test('a subject is being processed while its job is active, however many jobs it had before', async () => {
  await queues.enqueue(Array.from({ length: 1_001 }, () => 'user:ann'));
  await database.db.execute(sql`update pgboss.job set state = 'completed'`);
  const { promise: isReleased, resolve: release } = Promise.withResolvers<void>();
  await queues.work({
    ...handlers,
    async process(given) {
      await isReleased;
      return handlers.process(given);
    },
  });
  await queues.enqueue(['user:ann']);
  await waitFor(async () => expect(await queues.isProcessing('user:ann')).toBe(true));
  expect(await queues.isProcessing('user:bob')).toBe(false);
  release();
  await waitFor(async () => expect(await queues.isProcessing('user:ann')).toBe(false));
});

test('the worker knows the last attempt, and a job without a result is retried', async () => {
  await queues.enqueue(['user:ann']);
  await database.db.execute(sql`update pgboss.job set retry_limit = 1`);
  await queues.work({
    ...handlers,
    async process(given) {
      await handlers.process(given);
      return given[0]?.isLast === true ? ['done'] : [];
    },
  });
  await waitFor(() => expect(asked).toEqual(['user:ann false false', 'user:ann false true']));
  await waitFor(async () => expect(await jobs('directory-subjects')).toMatchObject([{ state: 'completed' }]));
});

test('a failed status check is reported and retried; the others of its batch are done', async () => {
  let isUnavailable = true;
  const outage = new Error('Logto does not answer.');
  await queues.enqueueStatusChecks(['ann', 'bob']);
  await queues.work({
    ...handlers,
    async checkStatus(job) {
      if (job.user === 'ann' && isUnavailable) throw outage;
      return handlers.checkStatus(job);
    },
  });
  await waitFor(() => {
    expect(asked).toEqual(['status of bob false']);
    expect(errors[0]).toBe(outage);
  });
  isUnavailable = false;
  await waitFor(() => expect(asked).toEqual(['status of bob false', 'status of ann false']));
});

test('an error of pg-boss is reported as an error', async () => {
  await queues.work(handlers);
  await database.db.execute(sql`alter table pgboss.job_common rename to missing`);
  await waitFor(() =>
    expect(errors).toContainEqual(expect.objectContaining({ code: '42P01', queue: 'directory-subjects' })),
  );
  await database.db.execute(sql`alter table pgboss.missing rename to job_common`);
  for (const error of errors) expect(error).toBeInstanceOf(Error);
});

test('a worker that loses a job to another one reconciles its subject again, because it may have overwritten a newer state', async () => {
  const { promise: isReleased, resolve: release } = Promise.withResolvers<void>();
  let calls = 0;
  await queues.work({
    ...handlers,
    async process(given) {
      calls += 1;
      if (calls === 1) await isReleased;
      return handlers.process(given);
    },
  });
  await queues.enqueue(['user:ann']);
  await waitFor(() => expect(calls).toBe(1));
  await waitFor(async () => {
    await database.db.execute(sql`update pgboss.job set heartbeat_on = now() - interval '1 minute'
      where state = 'active' and retry_count = 0`);
    expect(asked).toEqual(['user:ann false false']);
  });
  release();
  await waitFor(() =>
    expect(asked).toEqual(['user:ann false false', 'user:ann false false', 'user:ann true false']),
  );
});

test('one sweep per interval, with the id of its job; a requested run has its own', async () => {
  await queues.enqueueSweep(3_600);
  await queues.enqueueSweep(3_600);
  const [sweep, ...others] = await jobs('directory-runs');
  expect(others).toEqual([]);
  const requested = randomUUID();
  await database.db.transaction((transaction) => queues.enqueueRun(requested, { transaction }));
  await queues.work(handlers);
  await waitFor(() => expect(asked.toSorted()).toEqual([`run ${requested}`, `run ${sweep?.id}`].toSorted()));
});

test('reports the last attempt of a killed server as abandoned', async () => {
  await queues.enqueue(['user:ann']);
  await queues.enqueueStatusChecks(['bob']);
  await database.db.transaction((transaction) => queues.enqueueRun(randomUUID(), { transaction }));
  await database.db.execute(sql`update pgboss.job set state = 'active', retry_limit = 0,
    started_on = now() - interval '1 minute', heartbeat_on = now() - interval '1 minute'`);
  await queues.work(handlers);
  await waitFor(() =>
    expect(asked.toSorted()).toEqual([
      'abandon "run"',
      'abandon {"subject":"user:ann"}',
      'abandon {"user":"bob"}',
    ]),
  );
});

test('while the queues are paused only statuses are checked, and afterwards the rest', async () => {
  await queues.work(handlers);
  await queues.pause();
  const requested = randomUUID();
  await queues.enqueue(['user:ann']);
  await database.db.transaction((transaction) => queues.enqueueRun(requested, { transaction }));
  await queues.enqueueStatusChecks(['ann']);
  await waitFor(() => expect(asked).toEqual(['status of ann false']));
  expect(await jobs('directory-subjects')).toMatchObject([{ state: 'created' }]);
  expect(await jobs('directory-runs')).toMatchObject([{ state: 'created' }]);
  await queues.resume();
  await waitFor(() =>
    expect(asked.slice(1).toSorted()).toEqual([`run ${requested}`, 'user:ann false false']),
  );
});

test('close waits for the running job', async () => {
  let isFinished = false;
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  await queues.work({
    ...handlers,
    async process(given) {
      begin();
      await new Promise((resolve) => setTimeout(resolve, 500));
      isFinished = true;
      return given.map(() => 'done');
    },
  });
  await queues.enqueue(['user:ann']);
  await begun;
  await queues.close();
  expect(isFinished).toBe(true);
  expect(await jobs('directory-subjects')).toMatchObject([{ state: 'completed' }]);
});

test('a subject pending for years is not deleted, and settings of an earlier version are replaced', async () => {
  await database.db.execute(sql`update pgboss.queue set retention_seconds = 1, retry_limit = 1
    where name <> 'directory-abandoned'`);
  await (await openSyncQueues(url, () => {})).close();
  const { rows } = await database.db.execute(sql`
    select name, policy, retry_limit, dead_letter, retention_seconds > 31536000 as retains from pgboss.queue
    where name like 'directory-%' order by name`);
  const dead_letter = 'directory-abandoned';
  expect(rows).toMatchObject([
    { name: 'directory-abandoned', retry_limit: 400, retains: true },
    { name: 'directory-checks', policy: 'exclusive', retry_limit: 0, dead_letter: null, retains: true },
    { name: 'directory-runs', policy: 'singleton', retry_limit: 3, dead_letter, retains: true },
    { name: 'directory-status', policy: 'singleton', retry_limit: 400, dead_letter, retains: true },
    { name: 'directory-subjects', policy: 'singleton', retry_limit: 400, dead_letter, retains: true },
  ]);
});

test('no two workers, on any replica, have the same subject, and no job is skipped', async () => {
  const replicas = [queues, await openSyncQueues(url, () => {})];
  const busy = new Set<string>();
  const processed: string[] = [];
  const overlaps: string[] = [];
  for (const replica of replicas) {
    await replica.work({
      ...handlers,
      async process(jobs) {
        const subjects = jobs.map(({ subject }) => subject);
        overlaps.push(...subjects.filter((subject) => busy.has(subject)));
        for (const subject of subjects) busy.add(subject);
        await sleep(200);
        for (const subject of subjects) busy.delete(subject);
        processed.push(...subjects);
        overlaps.push(...subjects.filter((subject, index) => subjects.indexOf(subject) !== index));
        return subjects.map(() => 'done' as const);
      },
    });
  }
  const subjects = ['user:ann', 'user:bob', 'organization:acme'];
  for (const { enqueue } of [...replicas, ...replicas]) await enqueue(subjects);
  await waitFor(() => expect(processed).toHaveLength(4 * subjects.length));
  expect(overlaps).toEqual([]);
  await replicas[1]?.close();
});

test('one of the replicas makes a check, once per interval, however many request it', async () => {
  const replicas = [queues, await openSyncQueues(url, () => {})];
  let checks = 0;
  let underWay = 0;
  const most: number[] = [];
  for (const replica of replicas) {
    await replica.work({
      ...handlers,
      async check() {
        checks += 1;
        most.push(++underWay);
        await sleep(1_500);
        underWay -= 1;
      },
    });
  }
  // Each second is an interval, and a check takes longer than that.
  await waitFor(async () => {
    await Promise.all(
      replicas.flatMap((replica) => [replica, replica]).map((one) => one.enqueueCheck('deliveries', 1)),
    );
    expect(checks).toBeGreaterThan(2);
  }, 100);
  expect(Math.max(...most)).toBe(1);
  const seen = checks;
  await waitFor(() => expect(underWay).toBe(0));
  // pg-boss accepts no new check until the last one is recorded as completed, so this is repeated.
  await waitFor(async () => {
    for (const replica of [...replicas, ...replicas]) await replica.enqueueCheck('deliveries', 3_600);
    expect(checks).toBeGreaterThan(seen);
  }, 100);
  await waitFor(() => expect(underWay).toBe(0));
  const left = (await jobs('directory-checks')).filter(({ state }) => ['created', 'retry'].includes(state));
  expect(left).toEqual([]);
  await replicas[1]?.close();
});
