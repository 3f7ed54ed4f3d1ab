import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogtoEvent, noLimits } from '@latchkey/directory-sync';
import { m2m, startEmulatorProcesses, syncApplication } from '@latchkey/directory-sync/testing';
import { applyPolicy } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { pino } from 'pino';
import { openBus } from '../src/bus/open-bus.ts';
import { openEmbeddedPostgres } from '../src/database/embedded-postgres.ts';
import { openDatabase } from '../src/database/open-database.ts';
import { openDirectorySync } from '../src/sync/open-directory-sync.ts';

/** `node bench/queued-subjects.ts [subjects]`: as many newcomers wait in the queue; how fast are they in Permit? */
const [subjects = 10_000] = process.argv.slice(2).map(Number);
const log = pino({ level: 'warn' });
const idOf = (index: number): string => `user${String(index).padStart(8, '0')}`;

await using stack = new AsyncDisposableStack();
const emulators = stack.use(
  await startEmulatorProcesses({
    applications: [syncApplication],
    users: Array.from({ length: subjects }, (_, index) => ({ id: idOf(index), username: `user_${index}` })),
  }),
);
await applyPolicy(policy, emulators.permit);
const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
stack.defer(() => rm(dataDir, { recursive: true, force: true }));
const postgres = await openEmbeddedPostgres({ dataDir, log });
stack.defer(() => postgres.stop());
const database = await openDatabase(postgres.url, (error) => log.error(error));
stack.defer(() => database.close());
const bus = await openBus(postgres.url, (error) => log.error(error));
stack.defer(() => bus.close());
const sync = await openDirectorySync({
  databaseUrl: postgres.url,
  db: database.db,
  bus,
  permit: emulators.permit,
  limits: noLimits,
  logto: { endpoint: emulators.logtoUrl, ...m2m },
  sweepMinutes: 0,
  log,
});
stack.defer(() => sync.close());

await sync.control.setPaused(true);
await sleep(500);
await Promise.all(
  Array.from({ length: subjects }, (_, index) => {
    const event = {
      event: 'User.Created',
      createdAt: new Date().toISOString(),
      data: { id: idOf(index) },
      nonce: randomUUID(),
    };
    return sync.inbox.receive(Buffer.from(JSON.stringify(event)), LogtoEvent.parse(event));
  }),
);
const began = performance.now();
await sync.control.setPaused(false);
while ((await sync.control.deliveries.counts()).pending > 0) await sleep(100); // oxlint-disable-line no-await-in-loop -- until nothing waits
const seconds = (performance.now() - began) / 1000;
console.log(
  JSON.stringify({
    subjects,
    seconds: Math.round(seconds * 10) / 10,
    perSecond: Math.round(subjects / seconds),
    ...(await sync.control.deliveries.counts()),
  }),
);
