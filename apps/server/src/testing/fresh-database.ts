import { createDatabase, dropDatabases } from '@latchkey/server-process';
import { afterAll, inject } from 'vitest';

const created: string[] = [];

async function create(options?: { readonly template: string }): Promise<string> {
  const url = await createDatabase(inject('postgresUrl'), options);
  created.push(url);
  return url;
}

/** The URL of a new database in the test run's PostgreSQL, with every table and queue. Dropped at the end of the file. */
export const freshDatabase = (): Promise<string> => create({ template: inject('databaseTemplate') });

/** The same without tables, for a test of how they are made. */
export const emptyDatabase = (): Promise<string> => create();

/** For a setup file of Vitest, so that this is the last hook of each test file. */
export function dropAfterEachFile(): void {
  afterAll(() => dropDatabases(inject('postgresUrl'), created.splice(0)));
}
