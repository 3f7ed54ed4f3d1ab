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
import { portOf } from '../src/testing/port-of.ts';

const key = 'bench-signing-key-0000000000000000';
const log = pino({ level: 'silent' });

export interface Ingestion extends AsyncDisposable {
  /** Sends so many signed events of about 600 bytes over 50 connections, and resolves to events per second. */
  measure(kind: 'nothing' | 'real', events: number): Promise<number>;
}

/**
 * Two webhook endpoints: `nothing` verifies and parses but stores nothing, `real` is the server's own, which answers when
 * PostgreSQL has committed. The sender is a process of its own.
 */
export async function openIngestion(): Promise<Ingestion> {
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
  const all = stack.move();
  return {
    async measure(kind, events) {
      sender.send({ port: servers[kind].port, events, connections: 50, key } satisfies Order);
      const [perSecond] = await Promise.race([once(sender, 'message'), failed]);
      // The jobs of one round must not slow the next one.
      while ((await database.db.$count(webhookDeliveries, isUnqueued)) > 0) await sleep(50); // oxlint-disable-line no-await-in-loop
      return z.number().parse(perSecond);
    },
    async [Symbol.asyncDispose]() {
      await all.disposeAsync();
    },
  };
}

function listen(app: Express): Promise<{ server: Server; port: number }> {
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ server, port: portOf(address) });
    });
  });
}
