import { createDatabase, dropDatabases } from '@latchkey/server-process';
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

/** The URL of a new database in the test run's PostgreSQL, with every table and queue. Dropped after the file. */
export const freshDatabase = (): Promise<string> => create({ template: inject('databaseTemplate') });

/** The same without tables, for tests of migrations. */
export const emptyDatabase = (): Promise<string> => create();

/** Opens a database, by default a new one with every table and queue. Closed after the file. */
export async function openTestDatabase(url?: string): Promise<Database> {
  const database = await openDatabase(url ?? (await freshDatabase()), () => {});
  afterFile(() => database.close());
  return database;
}
