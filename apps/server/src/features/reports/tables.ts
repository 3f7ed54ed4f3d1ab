import { index, jsonb, pgEnum, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { timestampColumn } from '../../database/timestamp-column.ts';
import type { AccessReview } from './access-review.ts';

export const reportStatus = pgEnum('report_status', ['draft', 'published']);
export const reportKind = pgEnum('report_kind', ['access-review']);

/** Access reports. A report belongs to one tenant. Permit decides, instance by instance, what each person may do with it. */
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
    createdAt: timestampColumn('created_at').notNull().defaultNow(),
    publishedAt: timestampColumn('published_at'),
  },
  (table) => [index('reports_by_tenant').on(table.tenant, table.createdAt.desc(), table.id)],
);

/** By whom roles on reports and collections were given in the console. Permit has the roles themselves. */
export const shares = pgTable(
  'shares',
  {
    tenant: text('tenant').notNull(),
    resource: text('resource').notNull(),
    instance: uuid('instance').notNull(),
    subject: text('subject').notNull(),
    role: text('role').notNull(),
    /** The key in Permit of who gave it. */
    by: text('by').notNull(),
    at: timestampColumn('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.instance, table.subject, table.role] })],
);
