import { desc, eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { deliveryAttempts } from '../tables.ts';

/** The failed attempts of a delivery, newest first. */
export function failedAttemptsOf(db: NodePgDatabase, deliveryId: string) {
  const { subject, failedAt, code, status, detail } = deliveryAttempts;
  return db
    .select({ subject, failedAt, code, status, detail })
    .from(deliveryAttempts)
    .where(eq(deliveryAttempts.deliveryId, deliveryId))
    .orderBy(desc(failedAt));
}
