import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { expect, vi } from 'vitest';
import { isUnqueued, webhookDeliveries } from '../features/sync/tables.ts';

/** Waits until no delivery is unqueued and no job of sync is left, including those to be retried. */
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
