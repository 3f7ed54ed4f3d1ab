import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { gauge, type Figure } from '../../platform/metrics/figures.ts';
import { syncRuns, syncState, webhookDeliveries } from './tables.ts';

/** Queue sizes for metrics. Times are in epoch seconds, ages in seconds; `null` if there is no such delivery or run. */
interface SyncFigures extends Record<string, unknown> {
  readonly pendingDeliveries: number;
  readonly oldestPendingAge: number | null;
  readonly deadLetters: number;
  readonly undelivered: number;
  /** When the last run ended that was completed and was not a dry run. */
  readonly lastRunAt: number | null;
  readonly isPaused: boolean;
  /** The job counts of pg-boss, which are updated every few seconds. */
  readonly queues: readonly {
    readonly name: string;
    readonly waiting: number;
    readonly active: number;
  }[];
}

/** Reads the metrics of directory sync in one statement, from indexes. */
export async function readSyncFigures(
  db: NodePgDatabase,
  { sweepMinutes }: { readonly sweepMinutes: number },
): Promise<readonly Figure[]> {
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
  const [sync] = rows;
  if (sync === undefined) throw new TypeError('A statement without a condition has a row.');
  return [
    gauge('latchkey_inbox_deliveries', 'Waiting webhook deliveries.', sync.pendingDeliveries),
    gauge(
      'latchkey_inbox_oldest_age_seconds',
      'Age of the oldest waiting delivery; 0 when there is none.',
      sync.oldestPendingAge ?? 0,
    ),
    gauge(
      'latchkey_dead_letters',
      'Deliveries that failed permanently and wait for an operator.',
      sync.deadLetters,
    ),
    gauge(
      'latchkey_undelivered_events',
      'Events that Logto could not deliver since the last one that arrived, according to its log.',
      sync.undelivered,
    ),
    {
      name: 'latchkey_queue_jobs',
      help: 'Jobs by queue and state, as counted within the last seconds.',
      values: sync.queues.flatMap(({ name: queue, waiting, active }) => [
        { labels: { queue, state: 'waiting' }, value: waiting },
        { labels: { queue, state: 'active' }, value: active },
      ]),
    },
    {
      name: 'latchkey_sync_last_run_timestamp_seconds',
      help: 'When the last run over the whole directory succeeded; absent before the first one.',
      values: sync.lastRunAt === null ? [] : [{ value: sync.lastRunAt }],
    },
    gauge('latchkey_sync_sweep_interval_seconds', 'Time between sweeps; 0 for none.', sweepMinutes * 60),
    gauge('latchkey_sync_paused', '1 while directory sync is paused.', Number(sync.isPaused)),
  ];
}
