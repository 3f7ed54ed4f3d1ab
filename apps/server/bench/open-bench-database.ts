import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '@latchkey/embedded-postgres';
import { openDatabase, type Database } from '../src/database/open-database.ts';

/** A database of its own for a benchmark, migrated. Disposing removes it with its data. */
export interface BenchDatabase extends AsyncDisposable {
  readonly url: string;
  readonly db: Database['db'];
}

export async function openBenchDatabase(): Promise<BenchDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  const postgres = await openEmbeddedPostgres({ dataDir, log: { info: () => {}, warn: () => {} } });
  const database = await openDatabase(postgres.url, (error) => {
    throw error;
  });
  return {
    url: postgres.url,
    db: database.db,
    async [Symbol.asyncDispose]() {
      await database.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
