import { sql } from 'drizzle-orm';
import { deliverySubjects, webhookDeliveries } from '../tables.ts';

/** SQL condition on `webhook_deliveries`: the delivery is stored, but its jobs are not queued yet. */
export const isUnqueued = sql`${webhookDeliveries.status} = 'pending' and not exists (
  select from ${deliverySubjects} where ${deliverySubjects.deliveryId} = ${webhookDeliveries.id})`;
