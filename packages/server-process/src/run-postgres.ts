import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '@latchkey/embedded-postgres';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import openRunFolder from './run-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the test run's own PostgreSQL; each test file creates its own databases in it. */
    readonly postgresUrl: string;
  }
}

/**
 * Servers of several test files run at the same time, each with as many connections as in production. This PostgreSQL
 * is never killed, so it does not wait for the disk. `wal_level = minimal`: a database that is copied as files is not
 * logged. Autovacuum would open every database in turn.
 */
const settings = [
  'max_connections = 500',
  'fsync = off',
  'full_page_writes = off',
  'synchronous_commit = off',
  'wal_level = minimal',
  'max_wal_senders = 0',
  'autovacuum = off',
];

/**
 * Vitest's global setup: starts one PostgreSQL for all projects of the test run.
 * @returns the teardown; `undefined` if another project of this run has already started PostgreSQL
 */
export default async function openRunPostgres(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  const root = project.vitest.getRootProject();
  if (root.getProvidedContext().postgresUrl !== undefined) return undefined;
  openRunFolder();
  const options = {
    dataDir: await mkdtemp(join(tmpdir(), 'postgres-')),
    log: { info: () => {}, warn: () => {} },
  };
  const unconfigured = await openEmbeddedPostgres(options);
  await execute(
    unconfigured.url,
    ...settings.map((setting) => `alter system set ${setting}`),
    // Saves time: by default, each of a server's dozen connections hashes the password 4,096 times.
    'set scram_iterations = 1',
    `alter role current_user password '${new URL(unconfigured.url).password}'`,
  );
  await unconfigured.stop();
  const postgres = await openEmbeddedPostgres(options);
  root.provide('postgresUrl', postgres.url);
  return () => postgres.stop();
}

export async function createDatabase(
  postgresUrl: string,
  { name = `test_${randomUUID().replaceAll('-', '')}`, template = 'template1' } = {},
): Promise<string> {
  // `file_copy` does not write the copy to the log: see `settings`.
  await execute(postgresUrl, `create database ${name} template ${template} strategy file_copy`);
  return databaseUrl(postgresUrl, name);
}

/** Ends connections that are still open. */
export async function dropDatabases(postgresUrl: string, urls: readonly string[]): Promise<void> {
  const names = urls.map((url) => new URL(url).pathname.slice(1));
  if (names.length > 0)
    await execute(postgresUrl, ...names.map((name) => `drop database ${name} with (force)`));
}

function databaseUrl(postgresUrl: string, name: string): string {
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function execute(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new Client(url);
  await client.connect();
  for (const statement of statements) await client.query(statement); // oxlint-disable-line no-await-in-loop -- in this order
  await client.end();
}
