import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { syncRuns, syncState, webhookDeliveries } from './tables.ts';

/** Queue sizes for metrics. Times are in epoch seconds, ages in seconds; null: there is none. */
export interface SyncFigures extends Record<string, unknown> {
  readonly pendingDeliveries: number;
  readonly oldestPendingAge: number | null;
  readonly deadLetters: number;
  /** Events that Logto could not deliver since the last one that arrived. */
  readonly undelivered: number;
  /** When the last run ended that completed and was not a dry run. */
  readonly lastRunAt: number | null;
  readonly isPaused: boolean;
  /** By pg-boss's job counts, updated every few seconds. */
  readonly queues: readonly {
    readonly name: string;
    readonly waiting: number;
    readonly active: number;
  }[];
}

/** Reads the metrics of directory sync in one statement, from indexes. */
export async function readSyncFigures(db: NodePgDatabase): Promise<SyncFigures> {
  const { rows } = await db.execute<SyncFigures>(sql`
    select pending.*, dead.*, run.*,
      coalesce((select value = 'true' from ${syncState} where name = 'paused'), false) as "isPaused",
      coalesce((select (value #>> '{undelivered,count}')::int from ${syncState} where name = 'undelivered'), 0)
        as "undelivered",
      (select json_agg(json_build_object('name', name, 'waiting', queued_count, 'active', active_count))
        from pgboss.queue where name like 'directory-%') as queues
    from
      (select count(*)::int as "pendingDeliveries",
        extract(epoch from now() - min(received_at))::float8 as "oldestPendingAge"
      from ${webhookDeliveries} where status = 'pending') as pending,
      (select count(*)::int as "deadLetters" from ${webhookDeliveries} where status = 'failed') as dead,
      (select extract(epoch from max(finished_at))::float8 as "lastRunAt"
      from ${syncRuns} where status = 'done' and not dry_run) as run`);
  const [figures] = rows;
  if (figures === undefined) throw new TypeError('A statement without a condition has a row.');
  return figures;
}
