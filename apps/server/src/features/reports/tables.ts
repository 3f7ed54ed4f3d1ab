import { isNull, sql, type SQL } from 'drizzle-orm';
import { index, jsonb, pgEnum, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { timestampColumn } from '../../platform/database/timestamp-column.ts';

export const reportStatus = pgEnum('report_status', ['draft', 'published']);
export const classifications = ['normal', 'confidential'] as const;
export const reportClassification = pgEnum('report_classification', classifications);

export const reports = pgTable(
  'reports',
  {
    id: uuid('id').primaryKey(),
    tenant: text('tenant').notNull(),
    title: text('title').notNull(),
    kind: text('kind').notNull(),
    status: reportStatus('status').notNull().default('draft'),
    /** Reading a confidential report also requires `reports:view-confidential`. */
    classification: reportClassification('classification').notNull().default('normal'),
    ownerKey: text('owner_key').notNull(),
    ownerName: text('owner_name'),
    content: jsonb('content').notNull(),
    createdAt: timestampColumn('created_at').notNull().defaultNow(),
    publishedAt: timestampColumn('published_at'),
    /** Set while the report is deleted but not yet purged. */
    deletedAt: timestampColumn('deleted_at'),
    deletedBy: text('deleted_by'),
    removeAfter: timestampColumn('remove_after'),
  },
  (table) => [
    index('reports_by_time').on(table.tenant, table.createdAt, table.id),
    index('reports_by_title').on(table.tenant, sql`lower(${table.title})`, table.id),
    index('reports_to_remove')
      .on(table.removeAfter)
      .where(sql`${table.removeAfter} is not null`),
  ],
);

export const isThere: SQL = isNull(reports.deletedAt);

/** Who assigned which roles on reports and collections in the console. The roles themselves are stored in Permit. */
export const shares = pgTable(
  'shares',
  {
    tenant: text('tenant').notNull(),
    resource: text('resource').notNull(),
    instance: uuid('instance').notNull(),
    subject: text('subject').notNull(),
    role: text('role').notNull(),
    /** The Permit key of the assigner. */
    by: text('by').notNull(),
    at: timestampColumn('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.instance, table.subject, table.role] })],
);

/** Collections of reports. A role on a collection is inherited by its reports. */
export const collections = pgTable(
  'collections',
  {
    id: uuid('id').primaryKey(),
    tenant: text('tenant').notNull(),
    title: text('title').notNull(),
    ownerKey: text('owner_key').notNull(),
    ownerName: text('owner_name'),
    createdAt: timestampColumn('created_at').notNull().defaultNow(),
  },
  (table) => [index('collections_by_tenant').on(table.tenant, table.title, table.id)],
);

/**
 * The reports in each collection. Permit stores the same links as relations: `collections:<id>` `parent`
 * `reports:<id>`.
 */
export const collectionReports = pgTable(
  'collection_reports',
  {
    collectionId: uuid('collection_id')
      .notNull()
      .references(() => collections.id, { onDelete: 'cascade' }),
    reportId: uuid('report_id')
      .notNull()
      .references(() => reports.id, { onDelete: 'cascade' }),
    addedBy: text('added_by').notNull(),
    addedAt: timestampColumn('added_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.collectionId, table.reportId] }),
    index('collections_of_report').on(table.reportId),
  ],
);
