import {
  allowanceOf,
  paceRange,
  waitOf,
  type TokenBuckets,
  type CallKind,
  type Limits,
} from '@latchkey/directory-sync';
import { sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { permitBudgets } from '../tables.ts';

export interface PermitBudgetsDeps {
  readonly db: NodePgDatabase;
  readonly limits: Limits;
  readonly onError: (error: Error) => void;
}

interface BucketRow extends Record<string, unknown> {
  readonly tokens: number;
  readonly pace: number;
  /** Milliseconds until calls are allowed again; negative if they are. */
  readonly closed: number;
}

const { slowest, afterRefusal, afterSuccess } = paceRange;
const bucketColumns = sql`tokens, pace, extract(epoch from closed_until - now())::float8 * 1000 as closed`;

/**
 * Token buckets that all replicas share, by the database's clock. `take` rejects if the database fails, so that no call
 * is made without being counted.
 */
export function createPermitBudgets({ db, limits, onError }: PermitBudgetsDeps): TokenBuckets {
  const paces = new Map<CallKind, number>();
  const query = async (kind: CallKind, statement: SQL): Promise<BucketRow | undefined> => {
    const [found] = (await db.execute<BucketRow>(statement)).rows;
    if (found !== undefined) paces.set(kind, found.pace);
    return found;
  };
  let updates: Promise<unknown> = Promise.resolve();
  const update = (kind: CallKind, change: SQL): void => {
    const statement = sql`update ${permitBudgets} set ${change} where kind = ${kind} returning ${bucketColumns}`;
    updates = updates.then(() => query(kind, statement)).catch(onError);
  };

  return {
    async take(kind) {
      const allowance = allowanceOf(limits[kind]);
      await updates;
      const found = await query(kind, takeStatement(kind, allowance));
      if (found === undefined) throw new TypeError('PostgreSQL has answered an upsert without its row.');
      return waitOf({ ...found, closedUntil: found.closed }, allowance, 0);
    },
    async closedFor(kind) {
      await updates;
      const found = await query(
        kind,
        sql`select ${bucketColumns} from ${permitBudgets} where kind = ${kind}`,
      );
      return Math.max(0, found?.closed ?? 0);
    },
    slowDown: (kind, milliseconds) =>
      update(
        kind,
        sql`pace = greatest(${slowest}::float8, pace * ${afterRefusal}::float8),
          closed_until = greatest(closed_until, now() + make_interval(secs => ${milliseconds / 1000}::float8))`,
      ),
    speedUp(kind) {
      if ((paces.get(kind) ?? 1) < 1) update(kind, sql`pace = least(1, pace * ${afterSuccess}::float8)`);
    },
  };
}

/** Concurrent replicas lock the row in turn, and a later one may have begun earlier, hence `greatest`. */
function takeStatement(kind: CallKind, { capacity, refill, batch }: ReturnType<typeof allowanceOf>): SQL {
  return sql`
    insert into ${permitBudgets} as bucket (kind, tokens, filled_at, closed_until)
    values (${kind}, ${capacity - batch}::float8, now(), now())
    on conflict (kind) do update set
      tokens = least(
        ${capacity}::float8,
        bucket.tokens + bucket.pace * ${refill * 1000}::float8
          * greatest(0, extract(epoch from now() - greatest(bucket.filled_at, bucket.closed_until))::float8)
      ) - ${batch}::float8,
      filled_at = greatest(bucket.filled_at, now())
    returning ${bucketColumns}`;
}
