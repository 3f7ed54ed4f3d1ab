import { desc, eq, inArray, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Failure } from '../failure.ts';
import { deliveryAttempts } from '../tables.ts';

/** The newest failed attempts that are kept of each delivery: several hundred retries tell no more than these. */
const keptAttempts = 20;

export interface FailedAttempt {
  readonly subject: string;
  readonly deliveries: readonly string[];
  readonly failure: Failure;
}

/** Records a failed attempt for each of the deliveries and deletes the oldest. Runs in the transaction that locks their rows. */
export async function recordFailedAttempt(
  transaction: Pick<NodePgDatabase, 'insert' | 'delete'>,
  { subject, deliveries, failure }: FailedAttempt,
): Promise<void> {
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
