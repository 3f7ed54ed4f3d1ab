import { createHash } from 'node:crypto';
import { applyEvent, LogtoEvent, type EventOutcome } from '@latchkey/directory-sync';
import { PermitApiError, type PermitDirectory } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Logger } from 'pino';
import { webhookDeliveries } from '../database/schema.ts';
import type { DeliveryQueue } from './delivery-queue.ts';

export interface Inbox {
  /** Durable once it resolves. The same bytes again are a duplicate, whatever became of the first. */
  receive(body: Buffer, event: LogtoEvent): Promise<'accepted' | 'duplicate'>;
  /** Brings Permit up to one delivery. Rejects when that failed and is worth another try. */
  settle(deliveryId: string, attempt: { readonly isLast: boolean }): Promise<void>;
}

export interface InboxDeps {
  readonly db: NodePgDatabase;
  readonly queue: Pick<DeliveryQueue, 'enqueue'>;
  readonly directory: PermitDirectory;
  readonly log: Logger;
}

/** Whoever signs up may look around, in the tenant that is there before any organization is. */
const defaultGrant = { role: policy.defaultRole, tenant: 'default' };

export function createInbox({ db, queue, directory, log }: InboxDeps): Inbox {
  const record = (id: string, values: Partial<typeof webhookDeliveries.$inferInsert>) =>
    db
      .update(webhookDeliveries)
      .set({ ...values, attempts: sql`${webhookDeliveries.attempts} + 1` })
      .where(eq(webhookDeliveries.id, id));

  return {
    receive: (body, event) =>
      db.transaction(async (transaction) => {
        const id = createHash('sha256').update(body).digest('hex');
        const inserted = await transaction
          .insert(webhookDeliveries)
          .values({ id, event: event.event, body: body.toString('utf8') })
          .onConflictDoNothing()
          .returning({ id: webhookDeliveries.id });
        if (inserted.length === 0) return 'duplicate';
        await queue.enqueue(transaction, id);
        return 'accepted';
      }),

    async settle(id, { isLast }) {
      const [delivery] = await db.select().from(webhookDeliveries).where(eq(webhookDeliveries.id, id));
      if (delivery === undefined || delivery.status === 'applied' || delivery.status === 'ignored') return;
      try {
        const event = LogtoEvent.parse(JSON.parse(delivery.body));
        const outcome = await applyEvent(event, directory, defaultGrant);
        await record(id, { status: statusOf(outcome), outcome, settledAt: new Date() });
        log.info({ delivery: id, event: delivery.event, outcome: outcome.kind }, 'webhook settled');
      } catch (error) {
        const hopeless = isLast || (error instanceof PermitApiError && !error.retryable);
        const reason = error instanceof Error ? error.message : String(error);
        await record(id, { status: hopeless ? 'failed' : 'pending', outcome: { kind: 'error', reason } });
        log.error(
          { delivery: id, event: delivery.event, err: error, hopeless },
          'webhook could not be applied',
        );
        if (!hopeless) throw error;
      }
    },
  };
}

function statusOf({ kind }: EventOutcome): 'applied' | 'ignored' {
  return kind === 'provisioned' ? 'applied' : 'ignored';
}
