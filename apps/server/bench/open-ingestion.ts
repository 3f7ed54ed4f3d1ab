import { setTimeout as sleep } from 'node:timers/promises';
import { isUnqueued } from '../src/features/sync/inbox/is-unqueued.ts';
import { webhookDeliveries } from '../src/features/sync/tables.ts';
import { openBenchDatabase } from './open-bench-database.ts';

/** A database of its own, into which the endpoints of `serve-ingestion.ts` store. */
export interface Ingestion extends AsyncDisposable {
  readonly databaseUrl: string;
  /** Resolves when the jobs of all deliveries are queued: those of one round must not slow the next one. */
  readonly queued: () => Promise<void>;
}

export async function openIngestion(): Promise<Ingestion> {
  const database = await openBenchDatabase();
  return {
    databaseUrl: database.url,
    async queued() {
      while ((await database.db.$count(webhookDeliveries, isUnqueued)) > 0) await sleep(50); // oxlint-disable-line no-await-in-loop
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}
