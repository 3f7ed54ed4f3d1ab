import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '@latchkey/embedded-postgres';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the test run's own PostgreSQL; each test file creates its own database in it. */
    readonly postgresUrl: string;
  }
}

const quiet = { info: () => {}, warn: () => {} };

/** One PostgreSQL for the whole test run, deleted afterwards. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-test-'));
  const postgres = await openEmbeddedPostgres({ dataDir, log: quiet });
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
