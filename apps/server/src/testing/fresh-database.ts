import { createDatabase, dropDatabases } from '@latchkey/server-process';
import { afterAll, inject } from 'vitest';

const created: string[] = [];

async function create(options?: { readonly template: string }): Promise<string> {
  const url = await createDatabase(inject('postgresUrl'), options);
  created.push(url);
  return url;
}

/** The URL of a new database in the test run's PostgreSQL, with every table and queue. Dropped after the file. */
export const freshDatabase = (): Promise<string> => create({ template: inject('databaseTemplate') });

/** The same without tables, for tests of migrations. */
export const emptyDatabase = (): Promise<string> => create();

/** For a Vitest setup file, so that this is the last hook of each test file. */
export function dropAfterEachFile(): void {
  afterAll(() => dropDatabases(inject('postgresUrl'), created.splice(0)));
}
