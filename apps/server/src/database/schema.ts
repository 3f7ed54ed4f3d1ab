import { index, integer, jsonb, pgEnum, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { AccessReview } from '../reports/access-review.ts';

const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const reportStatus = pgEnum('report_status', ['draft', 'published']);
export const reportKind = pgEnum('report_kind', ['access-review']);

/** Access reports. A report belongs to one tenant; who may do what with it is Permit's to say, instance by instance. */
export const reports = pgTable(
  'reports',
  {
    id: uuid('id').primaryKey(),
    tenant: text('tenant').notNull(),
    title: text('title').notNull(),
    kind: reportKind('kind').notNull(),
    status: reportStatus('status').notNull().default('draft'),
    ownerKey: text('owner_key').notNull(),
    ownerName: text('owner_name'),
    content: jsonb('content').$type<AccessReview>().notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    publishedAt: at('published_at'),
  },
  (table) => [index('reports_by_tenant').on(table.tenant, table.createdAt.desc(), table.id)],
);

export const deliveryStatus = pgEnum('delivery_status', ['pending', 'applied', 'ignored', 'failed']);

/** Webhook deliveries as they came: the row is written before the 200, so what was acknowledged is never lost. */
export const webhookDeliveries = pgTable('webhook_deliveries', {
  /** SHA-256 of the body, hex: Logto's deliveries have no id, and a repetition has the same bytes. */
  id: text('id').primaryKey(),
  event: text('event').notNull(),
  body: text('body').notNull(),
  status: deliveryStatus('status').notNull().default('pending'),
  attempts: integer('attempts').notNull().default(0),
  /** What it led to, or why it failed last. */
  outcome: jsonb('outcome'),
  receivedAt: at('received_at').notNull().defaultNow(),
  settledAt: at('settled_at'),
});
