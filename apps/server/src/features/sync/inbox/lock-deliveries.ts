import { asc, inArray } from 'drizzle-orm';
import type { Transaction } from '../../../database/open-database.ts';
import { webhookDeliveries } from '../tables.ts';

/** Locks in the order of ids: two batches that share deliveries would deadlock otherwise. */
export async function lockDeliveries(transaction: Transaction, ids: readonly string[]): Promise<void> {
  await transaction
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(inArray(webhookDeliveries.id, [...ids]))
    .orderBy(asc(webhookDeliveries.id))
    .for('update');
}
