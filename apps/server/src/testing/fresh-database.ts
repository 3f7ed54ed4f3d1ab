import { createDatabase, dropDatabases } from '@latchkey/server-process';
import { Client } from 'pg';
import { inject } from 'vitest';
import { openDatabase, type Database } from '../platform/database/open-database.ts';
import { afterFile } from './after-file.ts';

const created: string[] = [];

async function create(options?: { readonly template: string }): Promise<string> {
  if (created.length === 0) afterFile(() => dropDatabases(inject('postgresUrl'), created.splice(0)));
  const url = await createDatabase(inject('postgresUrl'), options);
  created.push(url);
  return url;
}

/**
 * Creates a database with every table and queue in the test run's PostgreSQL; resolves to its URL. The database is
 * dropped after the test file.
 */
export const freshDatabase = (): Promise<string> => create({ template: inject('databaseTemplate') });

/** Like `freshDatabase`, but without tables, for tests of migrations. */
export const emptyDatabase = (): Promise<string> => create();

/** Opens a database, by default a new one with every table and queue. Closed after the file. */
export async function openTestDatabase(url?: string): Promise<Database> {
  const database = await openDatabase(url ?? (await freshDatabase()), () => {});
  afterFile(() => database.close());
  return database;
}

/**
 * Ends the connections of all replicas' buses, as an operator or a failover would. `then` is a statement that runs
 * before they reconnect.
 */
export async function terminateBus(databaseUrl: string, then = 'select 1'): Promise<void> {
  const admin = new Client({ connectionString: databaseUrl });
  await admin.connect();
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'latchkey-bus' and datname = current_database()`);
  await admin.query(then);
  await admin.end();
}
