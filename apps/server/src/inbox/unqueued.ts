import { sql } from 'drizzle-orm';
import { deliverySubjects, webhookDeliveries } from '../database/schema.ts';

/** Of deliveries: those that wait for their jobs. */
export const isUnqueued = sql`${webhookDeliveries.status} = 'pending' and not exists (
  select from ${deliverySubjects} where ${deliverySubjects.deliveryId} = ${webhookDeliveries.id})`;
