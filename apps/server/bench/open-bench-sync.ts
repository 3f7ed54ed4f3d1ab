import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogtoEvent, noLimits } from '@latchkey/directory-sync';
import { startEmulatorProcesses } from '@latchkey/directory-sync/testing';
import { openEmbeddedPostgres } from '@latchkey/embedded-postgres';
import { policy } from '@latchkey/policy';
import { pino } from 'pino';
import { openFactChanges } from '../src/auth/fact-changes.ts';
import { openBus } from '../src/bus/open-bus.ts';
import { openDatabase, type Database } from '../src/database/open-database.ts';
import { createMemberModel } from '../src/features/members/member-model.ts';
import { openDirectorySync, type DirectorySync } from '../src/features/sync/open-directory-sync.ts';

export interface BenchSync extends AsyncDisposable {
  readonly sync: DirectorySync;
  readonly db: Database['db'];
}

const idOf = (index: number): string => `user${String(index).padStart(8, '0')}`;

/** Directory sync without limits, on its own PostgreSQL, between emulators in other processes; Logto has `users` users. */
export async function openBenchSync(users: number): Promise<BenchSync> {
  const stack = new AsyncDisposableStack();
  const log = pino({ level: 'warn' });
  const fail = (error: Error): void => log.error(error);
  const emulators = stack.use(
    await startEmulatorProcesses({
      logtoSeed: {
        users: Array.from({ length: users }, (_, index) => ({ id: idOf(index), username: `user_${index}` })),
      },
      policy,
    }),
  );
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const postgres = await openEmbeddedPostgres({ dataDir, log });
  stack.defer(() => postgres.stop());
  const database = await openDatabase(postgres.url, fail);
  stack.defer(() => database.close());
  const bus = await openBus({ url: postgres.url, onError: fail });
  stack.defer(() => bus.close());
  const sync = await openDirectorySync({
    databaseUrl: postgres.url,
    database,
    bus,
    factChanges: openFactChanges(bus),
    // No bench lets a user in by a token, so nobody waits for the PDP.
    decider: { grants: async () => ({ roles: [], permissions: [] }) },
    permit: emulators.permit,
    limits: noLimits,
    logto: emulators.logto,
    sweepMinutes: 0,
    users: createMemberModel({
      db: database.db,
      bus,
      requestedRolesOf: async () => [],
      onError: (err) => log.warn({ err }, 'members are not stored'),
    }).syncedUsers,
    // The audit log has a bench of its own.
    audit: { changed() {}, async hasRoom() {} },
    log,
  });
  stack.defer(() => sync.close());
  return { sync, db: database.db, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Receives a delivery as if Logto had sent it: this user has signed up. */
export async function receiveSignUp(sync: DirectorySync, index: number): Promise<void> {
  const body = Buffer.from(
    JSON.stringify({
      event: 'User.Created',
      createdAt: new Date().toISOString(),
      data: { id: idOf(index) },
    }),
  );
  await sync.inbox.receive(body, LogtoEvent.parse(JSON.parse(body.toString())));
}
