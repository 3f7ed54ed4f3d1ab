import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEmbeddedPostgres } from '@latchkey/embedded-postgres';
import { openDatabase } from '../src/platform/database/open-database.ts';
import { isUnqueued, webhookDeliveries } from '../src/features/sync/tables.ts';

/** A separate database for the endpoints of `serve-ingestion.ts`. */
export interface Ingestion extends AsyncDisposable {
  readonly databaseUrl: string;
  /** Resolves when the jobs of all deliveries are queued, so that one round does not slow the next. */
  readonly queued: () => Promise<void>;
}

export async function openIngestion(): Promise<Ingestion> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  const postgres = await openEmbeddedPostgres({ dataDir, log: { info: () => {}, warn: () => {} } });
  const database = await openDatabase(postgres.url, (error) => {
    throw error;
  });
  return {
    databaseUrl: postgres.url,
    async queued() {
      while ((await database.db.$count(webhookDeliveries, isUnqueued)) > 0) await sleep(50); // oxlint-disable-line no-await-in-loop
    },
    async [Symbol.asyncDispose]() {
      await database.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
