import { createDatabase, openRunPostgres } from '@latchkey/server-process';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../platform/database/open-database.ts';
import { dayAfter, dayOf, makePartitions } from '../features/audit/partitions.ts';
import { openSyncQueues } from '../features/sync/worker/sync-queues.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /**
     * The name of the database with every table and queue, which is copied for each test. It must have no connections.
     */
    readonly databaseTemplate: string;
    /** Whether this is `pnpm test --all`, which runs long tests in full. */
    readonly all: boolean;
  }
}

/** Starts the test run's PostgreSQL, and creates the server's tables once instead of for each test's server. */
export default async function startPostgres(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  const teardown = await openRunPostgres(project);
  const { postgresUrl, databaseTemplate } = project.getProvidedContext();
  if (databaseTemplate === undefined) {
    const name = 'migrated';
    const url = await createDatabase(postgresUrl, { name });
    const database = await openDatabase(url, () => {});
    const today = dayOf(new Date());
    await makePartitions(database.db, [today, dayAfter(today, 1)]);
    await database.close();
    const queues = await openSyncQueues(url, () => {});
    await queues.close();
    project.vitest.provide('databaseTemplate', name);
    // oxlint-disable-next-line node/no-process-env -- a test run has no env.ts
    project.vitest.provide('all', process.env['TEST_ALL'] === '1');
  }
  return teardown;
}
