import express from 'express';
import { z } from 'zod';
import { openDatabase } from '../src/platform/database/open-database.ts';
import { createInbox, type Inbox } from '../src/features/sync/inbox/inbox.ts';
import { createQueueDeliveries } from '../src/features/sync/inbox/queue-deliveries.ts';
import { logtoWebhook } from '../src/features/sync/webhook/logto-webhook.ts';
import { openSyncQueues } from '../src/features/sync/worker/sync-queues.ts';
import { problem } from '../src/platform/http/problem.ts';
import { serveParent } from './serve-parent.ts';

/**
 * A webhook endpoint; run as a separate process. `real` is the server's own, which responds after PostgreSQL has
 * committed and then queues the jobs; `nothing` has an inbox that stores nothing.
 */
const Setting = z.object({
  kind: z.enum(['nothing', 'real']),
  databaseUrl: z.string(),
  key: z.string(),
});

export type Setting = z.output<typeof Setting>;

const { kind, databaseUrl, key } = Setting.parse(JSON.parse(process.argv[2] ?? '{}'));

/** Ends the process on any error, because a measurement with errors is useless. */
const fail = (error: unknown): never => {
  throw error;
};

async function openInbox(): Promise<Inbox> {
  const { db } = await openDatabase(databaseUrl, fail);
  const queues = await openSyncQueues(databaseUrl, fail);
  const { add } = createQueueDeliveries(db, queues.enqueue, {
    onBadDelivery: async (_, error) => fail(error),
    onError: fail,
  });
  return createInbox({ pool: db.$client, onStored: add, onAccepted: async () => {}, onLost() {} });
}

const inbox: Inbox = kind === 'real' ? await openInbox() : { receive: async () => 'accepted' };
const endpoint = express()
  .use(logtoWebhook({ inbox, signingKeys: async () => [key] }))
  .use(problem);
serveParent(endpoint);
