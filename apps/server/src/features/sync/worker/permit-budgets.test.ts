import { createRateLimiter, noLimits } from '@latchkey/directory-sync';
import { drizzle } from 'drizzle-orm/node-postgres';
import * as fc from 'fast-check';
import { Pool } from 'pg';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../../platform/database/open-database.ts';
import { freshDatabase } from '../../../testing/fresh-database.ts';
import { createPermitBudgets } from './permit-budgets.ts';

/** SQL that gives the database a `now()` that the test sets. This function takes precedence over PostgreSQL's own. */
const ownTime = `
  create schema test;
  create table test.clock as select timestamptz '2026-01-01 00:00:00Z' as at;
  create function test.now() returns timestamptz stable language sql as 'select at from test.clock';
`;

const url = await freshDatabase();
await (await openDatabase(url, () => {})).close();
const options = '-c search_path=test,public,pg_catalog -c synchronous_commit=off';
const pool = new Pool({ connectionString: url, options, max: 4 });
// The database is dropped while the last connections are closing, which breaks them.
pool.on('error', () => {});
await pool.query(ownTime);
afterAll(() => pool.end());
beforeEach(async () => {
  await pool.query('truncate permit_budgets');
});

type Time = ReturnType<typeof makeTime>;
type Replica = ReturnType<typeof replicaIn>;

function makeTime() {
  let now = 0;
  let sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const set = async (to: number): Promise<void> => {
    now = to;
    await pool.query(
      `update test.clock set at = timestamptz '2026-01-01 00:00:00Z' + make_interval(secs => $1::float8 / 1000)`,
      [to],
    );
  };
  return {
    now: () => now,
    set,
    sleep: (milliseconds: number) =>
      new Promise<void>((wake) => {
        sleepers.push({ at: now + milliseconds, wake });
      }),
    /** Advances the time to each next wake-up. `settled` resolves when all calls are asleep or done. */
    async advance(milliseconds: number, settled: () => Promise<void>): Promise<void> {
      const end = now + milliseconds;
      for (;;) {
        await settled();
        const next = Math.min(...sleepers.map(({ at }) => at));
        if (next > end) break;
        await set(next);
        const due = sleepers.filter(({ at }) => at <= next);
        sleepers = sleepers.filter(({ at }) => at > next);
        for (const { wake } of due) wake();
      }
      await set(end);
    },
  };
}

function replicaIn(time: Time, write: number, bucketsOf: 'all' | 'alone' = 'all') {
  const limits = { ...noLimits, write };
  const buckets = createPermitBudgets({ db: drizzle(pool), limits, onError: () => {} });
  let [pending, sleeping] = [0, 0];
  const clock = {
    now: time.now,
    async sleep(milliseconds: number): Promise<void> {
      sleeping += 1;
      await time.sleep(milliseconds);
      sleeping -= 1;
    },
  };
  const limiter = createRateLimiter(limits, bucketsOf === 'alone' ? { clock } : { clock, buckets });
  const made: number[] = [];
  return {
    made,
    call(times: number): void {
      pending += times;
      for (let call = 0; call < times; call++) {
        void limiter.take('write').then(() => {
          pending -= 1;
          made.push(time.now());
        });
      }
    },
    async slowDown(milliseconds: number): Promise<void> {
      limiter.slowDown('write', milliseconds);
      await buckets.closedFor('write');
    },
    async speedUp(): Promise<void> {
      limiter.speedUp('write');
      await buckets.closedFor('write');
    },
    isSettled: () => pending === 0 || sleeping > 0,
  };
}

const settling = (replicas: readonly Replica[]) => async (): Promise<void> => {
  do await new Promise(setImmediate);
  while (!replicas.every(({ isSettled }) => isSettled()));
};

/** After this many milliseconds, one of three replicas makes calls, gets a 429, or becomes faster. */
const steps = fc.array(
  fc.record({
    replica: fc.integer({ min: 0, max: 2 }),
    after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30_000 })),
    what: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 30 }) },
      { weight: 1, arbitrary: fc.constantFrom('slowDown' as const, 'speedUp' as const) },
    ),
  }),
  { minLength: 1, maxLength: 8 },
);
type Steps = typeof steps extends fc.Arbitrary<infer Value> ? Value : never;

/**
 * Milliseconds of simulated time in which every history completes: 241 calls at a sixteenth of the smallest limit take
 * 16 hours.
 */
const longEnough = 24 * 3_600_000;

/**
 * Makes a first call, because only a call that was made can be refused. Then takes the steps. Returns the times of all
 * calls.
 */
async function act(history: Steps, replicas: readonly Replica[], time: Time): Promise<number[]> {
  const settled = settling(replicas);
  await time.set(0);
  replicas[0]?.call(1);
  for (const { replica, after, what } of history) {
    await time.advance(after, settled);
    const one = replicas[replica % replicas.length];
    if (what === 'slowDown') await one?.slowDown(20_000);
    else if (what === 'speedUp') await one?.speedUp();
    else one?.call(what);
  }
  await time.advance(longEnough, settled);
  return replicas.flatMap(({ made }) => made).toSorted((one, other) => one - other);
}

const callsIn = (history: Steps): number =>
  history.reduce((all, { what }) => all + (typeof what === 'number' ? what : 0), 1);

/** Three refusals among thirty calls. At the slowest pace, these calls take more than an hour. */
const slowed: Steps = (['slowDown', 4, 19, 'slowDown', 7, 'slowDown'] as const).map((what) => ({
  replica: 0,
  after: 0,
  what,
}));

test('three replicas together make all calls, and no more per minute than the limit', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 5, max: 90 }),
      steps.map((history) => history.filter(({ what }) => what !== 'speedUp')),
      async (limit, history) => {
        await pool.query('truncate permit_budgets');
        const time = makeTime();
        const made = await act(
          history,
          [0, 1, 2].map(() => replicaIn(time, limit)),
          time,
        );
        expect(made).toHaveLength(callsIn(history));
        for (const [index, from] of made.entries()) {
          expect(made.slice(index).filter((at) => at < from + 59_999).length).toBeLessThanOrEqual(limit);
        }
      },
    ),
    { numRuns: 8, examples: [[5, slowed]] },
  );
});

/** A 429 when the bucket is empty, and then a faster pace again. */
const refused: Steps = [
  ...([12, 'slowDown', 'speedUp', 'speedUp', 'speedUp'] as const).map((what) => ({
    replica: 0,
    after: 0,
    what,
  })),
  { replica: 0, after: 20_000, what: 30 },
];

test('one replica with shared budgets has the same pace as one with its own', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 20, max: 6_000 }), steps, async (limit, history) => {
      await pool.query('truncate permit_budgets');
      const [time, other] = [makeTime(), makeTime()];
      const made = await act(history, [replicaIn(time, limit)], time);
      const alone = await act(history, [replicaIn(other, limit, 'alone')], other);
      // Replicas sleep for whole milliseconds, but PostgreSQL counts in microseconds.
      for (const [index, at] of made.entries()) {
        expect(Math.abs(at - (alone[index] ?? 0))).toBeLessThanOrEqual(index + 1);
      }
    }),
    { numRuns: 8, examples: [[60, refused]] },
  );
});

test('a 429 to one replica also delays the others, including calls that are already waiting', async () => {
  const time = makeTime();
  const replicas = [replicaIn(time, 60), replicaIn(time, 60)];
  const [limited, other] = replicas;
  const settled = settling(replicas);
  await time.set(0);
  other?.call(13);
  await time.advance(0, settled);
  expect(other?.made).toHaveLength(12);
  await limited?.slowDown(100_000);
  await time.advance(99_999, settled);
  expect(other?.made).toHaveLength(12);
  await time.advance(10_000, settled);
  expect(other?.made).toHaveLength(13);
});

test('kinds without a limit never query the database; the others fail while it is unavailable', async () => {
  const gone = new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
  const limits = { ...noLimits, write: 300 };
  const buckets = createPermitBudgets({ db: drizzle(gone), limits, onError: () => {} });
  const limiter = createRateLimiter(limits, { buckets });
  await limiter.take('bulk');
  limiter.slowDown('bulk', 0);
  limiter.speedUp('bulk');
  await limiter.take('bulk');
  await expect(limiter.take('write')).rejects.toThrow();
  await gone.end();
});
