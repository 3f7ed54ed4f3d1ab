import { desc, eq, inArray, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Transaction } from '../../../database/open-database.ts';
import type { Failure } from '../failure.ts';
import { deliveryAttempts, webhookDeliveries } from '../tables.ts';

/** The newest failed attempts that are kept of each delivery: several hundred retries tell no more than these. */
const keptAttempts = 20;

export interface FailedSubject {
  readonly subject: string;
  readonly deliveries: readonly string[];
  readonly failure: Failure;
  /** No other attempt follows: the deliveries become dead letters. */
  readonly permanent: boolean;
}

/**
 * Records a failed attempt for each of the deliveries and deletes the oldest attempts. Runs in the transaction that locks the
 * deliveries.
 */
export async function recordFailure(
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

/** The failed attempts of a delivery, newest first. */
export function failedAttemptsOf(db: NodePgDatabase, deliveryId: string) {
  const { subject, failedAt, code, status, detail } = deliveryAttempts;
  return db
    .select({ subject, failedAt, code, status, detail })
    .from(deliveryAttempts)
    .where(eq(deliveryAttempts.deliveryId, deliveryId))
    .orderBy(desc(failedAt));
}
