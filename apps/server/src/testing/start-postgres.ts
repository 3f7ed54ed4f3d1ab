import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '@latchkey/embedded-postgres';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../database/open-database.ts';
import { migratedTemplate } from './migrated-template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the test run's own PostgreSQL; each test file creates its own database in it. */
    readonly postgresUrl: string;
    /** Whether this is `pnpm test --all`: long tests then run in full. */
    readonly all: boolean;
  }
}

const quiet = { info: () => {}, warn: () => {} };

/**
 * Servers of several test files run at the same time, each with connections as in production. This PostgreSQL is never
 * killed, so it need not wait for the disk; the tests that kill one start their own.
 */
async function configure(dataDir: string): Promise<void> {
  const postgres = await openEmbeddedPostgres({ dataDir, log: quiet });
  const client = new Client(postgres.url);
  await client.connect();
  for (const setting of ['max_connections = 500', 'fsync = off', 'full_page_writes = off'])
    await client.query(`alter system set ${setting}`); // oxlint-disable-line no-await-in-loop
  await client.end();
  await postgres.stop();
}

/** Every migration once, rather than for each test's server. */
async function createTemplate(postgresUrl: string): Promise<void> {
  const client = new Client(postgresUrl);
  await client.connect();
  await client.query(`create database ${migratedTemplate}`);
  await client.end();
  const url = new URL(postgresUrl);
  url.pathname = `/${migratedTemplate}`;
  const database = await openDatabase(url.href, () => {});
  await database.close();
}

/** One PostgreSQL for the whole test run, deleted afterwards. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-test-'));
  await configure(dataDir);
  const postgres = await openEmbeddedPostgres({ dataDir, log: quiet });
  await createTemplate(postgres.url);
  project.provide('postgresUrl', postgres.url);
  // oxlint-disable-next-line node/no-process-env -- a test run has no env.ts
  project.provide('all', process.env['TEST_ALL'] === '1');
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
