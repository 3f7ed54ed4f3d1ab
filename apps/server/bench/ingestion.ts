import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEmbeddedPostgres } from '@latchkey/embedded-postgres';
import express, { raw, type Express } from 'express';
import { pino } from 'pino';
import { z } from 'zod';
import type { Order } from './send-events.ts';
import { openDatabase } from '../src/database/open-database.ts';
import { problem } from '../src/http/problem.ts';
import { createInbox } from '../src/features/sync/inbox/inbox.ts';
import { isUnqueued } from '../src/features/sync/inbox/is-unqueued.ts';
import { createQueueDeliveries } from '../src/features/sync/inbox/queue-deliveries.ts';
import { webhookDeliveries } from '../src/features/sync/tables.ts';
import { logtoWebhook } from '../src/features/sync/webhook/logto-webhook.ts';
import { verifySignature } from '@latchkey/directory-sync';
import { openSyncQueues } from '../src/features/sync/worker/sync-queues.ts';

/**
 * `node bench/ingestion.ts [events]`: sends signed events of about 600 bytes over 50 connections, in turns to a handler that
 * verifies and parses but stores nothing, and to the real endpoint, which answers when PostgreSQL has committed. The sender
 * is a process of its own.
 */
const [events = 10_000] = process.argv.slice(2).map(Number);
const key = 'bench-signing-key-0000000000000000';
const log = pino({ level: 'silent' });

await using stack = new AsyncDisposableStack();
const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
stack.defer(() => rm(dataDir, { recursive: true, force: true }));
const postgres = await openEmbeddedPostgres({ dataDir, log });
stack.defer(() => postgres.stop());
const database = await openDatabase(postgres.url, (error) => log.error(error));
stack.defer(() => database.close());
const queues = await openSyncQueues(postgres.url, (error) => log.error(error));
stack.defer(() => queues.close());

const queueDeliveries = createQueueDeliveries(database.db, queues.enqueue, {
  onBadDelivery: async (_, error) => log.error(error),
  onError: (error) => log.error(error),
});
const nothing = express().post('/', raw({ type: () => true, limit: '1mb' }), (request_, response) => {
  const body: unknown = request_.body;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const holds = verifySignature(bytes, request_.get('logto-signature-sha-256') ?? '', [key]);
  JSON.parse(bytes.toString('utf8'));
  response.status(holds ? 200 : 401).json({ status: 'accepted' });
});
const real = express().use(
  logtoWebhook({
    inbox: createInbox({
      pool: database.db.$client,
      onStored: queueDeliveries.add,
      onAccepted: async () => {},
      onLost() {},
    }),
    signingKeys: [key],
  }),
);
real.use(problem);

function listen(app: Express): Promise<{ server: Server; port: number }> {
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ server, port: typeof address === 'object' && address !== null ? address.port : 0 });
    });
  });
}
const servers = { nothing: await listen(nothing), real: await listen(real) };
stack.defer(() => {
  for (const { server } of Object.values(servers)) server.close();
});

const sender = fork(new URL('./send-events.ts', import.meta.url));
stack.defer(() => void sender.kill());
const failed = once(sender, 'exit').then(() => {
  throw new Error('The sender ended.');
});
failed.catch(() => {});
async function round(port: number): Promise<number> {
  sender.send({ port, events, connections: 50, key } satisfies Order);
  const [perSecond] = await Promise.race([once(sender, 'message'), failed]);
  return z.number().parse(perSecond);
}
/* oxlint-disable no-await-in-loop -- one round after the other */
/** The jobs of one round must not slow the next one. */
async function untilQueued(): Promise<void> {
  while ((await database.db.$count(webhookDeliveries, isUnqueued)) > 0) await sleep(50);
}
const rates = { nothing: [] as number[], real: [] as number[] };
for (let turn = 0; turn < 6; turn++) {
  rates.nothing.push(await round(servers.nothing.port));
  rates.real.push(await round(servers.real.port));
  await untilQueued();
}
/* oxlint-enable no-await-in-loop */
const median = (all: readonly number[]): number => all.slice(1).toSorted((a, b) => a - b)[2] ?? 0;
const [bare, kept] = [median(rates.nothing), median(rates.real)];
console.log(
  JSON.stringify({
    events,
    nothing: Math.round(bare),
    real: Math.round(kept),
    ratio: Math.round((kept / bare) * 100) / 100,
  }),
);
