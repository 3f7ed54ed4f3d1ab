import { createDatabase } from '@latchkey/server-process';
import { inject } from 'vitest';

/** The URL of a new database in the test run's PostgreSQL, with every table and queue. */
export const freshDatabase = (): Promise<string> =>
  createDatabase(inject('postgresUrl'), { template: inject('databaseTemplate') });

/** The URL of a new database without tables, for a test of how they are made. */
export const emptyDatabase = (): Promise<string> => createDatabase(inject('postgresUrl'));
