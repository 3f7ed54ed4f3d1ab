import { and, asc, desc, eq, inArray, isNull, not, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Transaction } from '../../../platform/database/open-database.ts';
import { abandoned, type Failure } from '../failure.ts';
import { deliveryAttempts, deliverySubjects, webhookDeliveries, hasSubjectJob } from '../tables.ts';

/** Maximum number of failed attempts stored per delivery: hundreds of retries add no information. */
const keptAttempts = 20;

export interface FailedSubject {
  readonly subject: string;
  readonly deliveries: readonly string[];
  readonly failure: Failure;
  readonly permanent: boolean;
}

/** Records a failed attempt. A delivery that is already a dead letter because of another subject remains one. */
export async function failDeliveries(db: NodePgDatabase, failed: FailedSubject): Promise<void> {
  if (failed.deliveries.length === 0) return;
  await db.transaction(async (transaction) => {
    await lockDeliveries(transaction, failed.deliveries);
    await recordFailure(transaction, failed);
  });
}

/** Makes the pending deliveries of a subject dead letters, unless another job exists. Returns their ids. */
export async function abandonSubject(db: NodePgDatabase, subject: string): Promise<string[]> {
  return db.transaction(async (transaction) => {
    const rows = await transaction
      .select({ id: webhookDeliveries.id })
      .from(webhookDeliveries)
      .innerJoin(deliverySubjects, eq(deliverySubjects.deliveryId, webhookDeliveries.id))
      .where(
        and(
          eq(deliverySubjects.subject, subject),
          isNull(deliverySubjects.settledAt),
          eq(webhookDeliveries.status, 'pending'),
          not(hasSubjectJob(deliverySubjects.subject)),
        ),
      )
      .orderBy(asc(webhookDeliveries.id))
      .for('update', { of: webhookDeliveries });
    const deliveries = rows.map(({ id }) => id);
    if (deliveries.length > 0)
      await recordFailure(transaction, { subject, deliveries, failure: abandoned, permanent: true });
    return deliveries;
  });
}

/**
 * Makes the newest delivery about a subject a dead letter, even if it was applied. If it is still pending, it stays
 * pending: its own attempts also check the status.
 */
export async function failNewest(db: NodePgDatabase, subject: string, failure: Failure): Promise<void> {
  await db.transaction(async (transaction) => {
    const [newest] = await transaction
      .select({ id: webhookDeliveries.id, status: webhookDeliveries.status })
      .from(webhookDeliveries)
      .innerJoin(deliverySubjects, eq(deliverySubjects.deliveryId, webhookDeliveries.id))
      .where(eq(deliverySubjects.subject, subject))
      .orderBy(desc(webhookDeliveries.receivedAt))
      .limit(1)
      .for('update', { of: webhookDeliveries });
    if (newest === undefined) return;
    const permanent = newest.status !== 'pending';
    await recordFailure(transaction, { subject, deliveries: [newest.id], failure, permanent });
  });
}

/** Records a failed attempt for each delivery, all locked by the transaction, and retains only the newest attempts. */
async function recordFailure(
  transaction: Transaction,
  { subject, deliveries, failure, permanent }: FailedSubject,
): Promise<void> {
  await transaction
    .update(webhookDeliveries)
    .set({
      ...(permanent ? { status: 'failed' } : {}),
      attempts: sql`${webhookDeliveries.attempts} + 1`,
      outcome: { kind: 'error', ...failure },
    })
    .where(inArray(webhookDeliveries.id, [...deliveries]));
  await transaction
    .insert(deliveryAttempts)
    .values(deliveries.map((deliveryId) => ({ deliveryId, subject, ...failure })));
  const ranked = sql`
    select ctid, row_number() over (partition by delivery_id order by failed_at desc) as place
    from ${deliveryAttempts} where ${inArray(deliveryAttempts.deliveryId, [...deliveries])}`;
  await transaction
    .delete(deliveryAttempts)
    .where(sql`ctid in (select ctid from (${ranked}) as ranked where place > ${keptAttempts})`);
}

export function failedAttemptsOf(db: NodePgDatabase, deliveryId: string) {
  const { subject, failedAt, code, status, detail } = deliveryAttempts;
  return db
    .select({ subject, failedAt, code, status, detail })
    .from(deliveryAttempts)
    .where(eq(deliveryAttempts.deliveryId, deliveryId))
    .orderBy(desc(failedAt));
}

/** Locks deliveries in the order of their ids, so that batches that share deliveries cannot deadlock. */
export async function lockDeliveries(transaction: Transaction, ids: readonly string[]): Promise<void> {
  await transaction
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(inArray(webhookDeliveries.id, [...ids]))
    .orderBy(asc(webhookDeliveries.id))
    .for('update');
}
