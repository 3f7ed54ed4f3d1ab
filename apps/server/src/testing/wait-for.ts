import { vi, expect } from 'vitest';
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { isUnqueued, webhookDeliveries } from '../features/sync/tables.ts';

/**
 * Resolves to the result of `read` as soon as it no longer throws. The timeout of two minutes is long enough for a busy
 * machine; no test depends on it.
 */
export const waitFor = <T>(read: () => Promise<T> | T, interval = 50): Promise<T> =>
  vi.waitFor(read, { timeout: 120_000, interval });

/** Waits until this many statements in the server's database wait for a lock. */
export const untilLocked = (db: NodePgDatabase, count = 1): Promise<void> =>
  waitFor(async () => {
    const { rows } = await db.execute(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    expect(rows).toHaveLength(count);
  });

/** Waits until every delivery is queued and no job of sync is left, including jobs to be retried. */
export function untilIdle(db: NodePgDatabase): Promise<void> {
  return vi.waitFor(
    async () => {
      const { rows } = await db.execute(sql`
        select name, state::text, data from pgboss.job where name like 'directory-%' and state < 'completed'
        union all
        select 'delivery', status::text, to_jsonb(subjects) from ${webhookDeliveries}
        where ${isUnqueued}`);
      expect(rows).toEqual([]);
    },
    { timeout: 60_000, interval: 50 },
  );
}
