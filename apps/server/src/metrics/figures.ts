import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { readRequestFigures } from '../features/requests/request-figures.ts';
import { readSyncFigures } from '../features/sync/sync-figures.ts';
import { within } from '../within.ts';

/** A gauge read from the database. */
export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly values: readonly { readonly value: number; readonly labels?: Record<string, string> }[];
}

/** Milliseconds. */
const limits = { rememberFor: 5_000, deadline: 2_000 };

/**
 * Reads the gauges; `undefined` while PostgreSQL does not respond in time, because an old value would look current.
 * Concurrent scrapes share one read, which is cached for five seconds.
 */
export function createReadFigures(db: NodePgDatabase): () => Promise<readonly Figure[] | undefined> {
  let reading: Promise<void> | undefined;
  let known: { readonly at: number; readonly figures: readonly Figure[] } | undefined;
  const isFresh = (): boolean => known !== undefined && performance.now() - known.at < limits.rememberFor;
  return async () => {
    if (!isFresh()) {
      known = undefined;
      reading ??= read(db)
        .then(
          (figures) => {
            known = { at: performance.now(), figures };
          },
          () => {},
        )
        .finally(() => {
          reading = undefined;
        });
      await within(limits.deadline, reading, () => {});
    }
    return known?.figures;
  };
}

function gauge(name: string, help: string, value: number): Figure {
  return { name, help, values: [{ value }] };
}

async function read(db: NodePgDatabase): Promise<Figure[]> {
  const [sync, requests] = await Promise.all([readSyncFigures(db), readRequestFigures(db)]);
  return [
    gauge('latchkey_inbox_deliveries', 'Deliveries of the webhook that wait.', sync.pendingDeliveries),
    gauge(
      'latchkey_inbox_oldest_age_seconds',
      'Age of the oldest delivery that waits; 0 when none does.',
      sync.oldestPendingAge ?? 0,
    ),
    gauge(
      'latchkey_dead_letters',
      'Deliveries that failed for good and wait for an operator.',
      sync.deadLetters,
    ),
    gauge(
      'latchkey_undelivered_events',
      'Events that Logto could not deliver since the last one that arrived, by its own log.',
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
    gauge('latchkey_sync_paused', '1 while directory sync is paused.', Number(sync.isPaused)),
    gauge('latchkey_requests_open', 'Requests for access that wait for a decision.', requests.openRequests),
    gauge(
      'latchkey_requests_oldest_age_seconds',
      'Age of the oldest request that waits; 0 when none does.',
      requests.oldestOpenAge ?? 0,
    ),
    gauge('latchkey_grants_pending', 'Approved, and not yet assigned in Permit.', requests.pendingGrants),
    gauge('latchkey_grants_overdue', 'Ended, and not yet removed in Permit.', requests.overdueGrants),
    gauge('latchkey_grants_ending', 'Grants that end within a day.', requests.endingGrants),
    gauge(
      'latchkey_notices_waiting',
      'Notices about requests that wait to be sent.',
      requests.waitingNotices,
    ),
  ];
}
