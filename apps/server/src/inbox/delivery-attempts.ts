import { desc, eq, inArray, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { deliveryAttempts } from '../database/schema.ts';
import type { Failure } from '../sync/failure.ts';

/** Failed looks that are kept of a delivery, the newest: some hundred retries say no more than these. */
const kept = 20;

export interface FailedLook {
  readonly subject: string;
  readonly deliveries: readonly string[];
  readonly failure: Failure;
}

/** Notes a failed look at each of the deliveries, and forgets the oldest. In the transaction that holds their rows. */
export async function noteAttempts(
  transaction: Pick<NodePgDatabase, 'insert' | 'delete'>,
  { subject, deliveries, failure }: FailedLook,
): Promise<void> {
  await transaction
    .insert(deliveryAttempts)
    .values(deliveries.map((deliveryId) => ({ deliveryId, subject, ...failure })));
  const ranked = sql`
    select ctid, row_number() over (partition by delivery_id order by failed_at desc) as place
    from ${deliveryAttempts} where ${inArray(deliveryAttempts.deliveryId, [...deliveries])}`;
  await transaction
    .delete(deliveryAttempts)
    .where(sql`ctid in (select ctid from (${ranked}) as ranked where place > ${kept})`);
}

/** Newest first. */
export function attemptsOf(db: NodePgDatabase, deliveryId: string) {
  const { subject, failedAt, code, status, detail } = deliveryAttempts;
  return db
    .select({ subject, failedAt, code, status, detail })
    .from(deliveryAttempts)
    .where(eq(deliveryAttempts.deliveryId, deliveryId))
    .orderBy(desc(failedAt));
}
