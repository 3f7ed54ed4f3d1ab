import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '@latchkey/embedded-postgres';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the test run's own PostgreSQL; each test file creates its own database in it. */
    readonly postgresUrl: string;
  }
}

const quiet = { info: () => {}, warn: () => {} };

/** Servers of several test files run at the same time, each with connections as in production. */
async function allowConnections(dataDir: string, count: number): Promise<void> {
  const postgres = await openEmbeddedPostgres({ dataDir, log: quiet });
  const client = new Client(postgres.url);
  await client.connect();
  await client.query(`alter system set max_connections = ${count}`);
  await client.end();
  await postgres.stop();
}

/** One PostgreSQL for the whole test run, deleted afterwards. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-test-'));
  await allowConnections(dataDir, 500);
  const postgres = await openEmbeddedPostgres({ dataDir, log: quiet });
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
