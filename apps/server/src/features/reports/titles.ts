import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { createCollectionStore } from './collections/collection-store.ts';
import { createReportStore } from './report-store.ts';
import { clearanceOf, isCleared } from './clearance.ts';
import type { ReadableTitles, TitlesOf } from '../../directory/shared-resources.ts';

/**
 * Reads titles by the rules of `reports.get`: drafts for users who can edit them, confidential reports for users with
 * clearance.
 */
function createReadableTitles(db: NodePgDatabase): ReadableTitles {
  return async ({ identity, permissions }, ids) => {
    const found = await createReportStore(db, identity.tenant).headlinesOf(ids);
    const isConfidential = found.some(({ classification }) => classification === 'confidential');
    const clearance = isConfidential ? await clearanceOf(permissions) : undefined;
    const cleared = found.filter((one) => clearance === undefined || isCleared(clearance, one));
    const viewable = await permissions.filter('reports:view', cleared, ({ id }) => id);
    const drafts = viewable.filter(({ status }) => status === 'draft');
    const editable = new Set(await permissions.filter('reports:edit', drafts, ({ id }) => id));
    const readable = viewable.filter((report) => report.status === 'published' || editable.has(report));
    return new Map(readable.map(({ id, title }) => [id, title]));
  };
}

/** A collection created in Permit directly has its key as title. */
function createReadableCollections(db: NodePgDatabase): ReadableTitles {
  return async ({ identity, permissions }, ids) => {
    const readable = await permissions.filter('collections:view', ids, (id) => id);
    const titles = await createCollectionStore(db, identity.tenant).titlesOf(readable);
    return new Map(readable.map((id) => [id, titles.get(id) ?? id]));
  };
}

/** The titles of reports and collections: all of them for internal use, and those that a user may read. */
export interface Titles {
  readonly titlesOf: TitlesOf;
  /** Without those of confidential reports. */
  readonly openTitlesOf: TitlesOf;
  readonly readableTitles: ReadableTitles;
  readonly readableCollections: ReadableTitles;
}

export function createTitles(db: NodePgDatabase): Titles {
  const titlesOf: TitlesOf = (tenant, resource, ids) => {
    const storeOf = resource === 'collections' ? createCollectionStore : createReportStore;
    return storeOf(db, tenant).titlesOf(ids);
  };
  return {
    titlesOf,
    openTitlesOf: (tenant, resource, ids) =>
      resource === 'reports'
        ? createReportStore(db, tenant).openTitlesOf(ids)
        : titlesOf(tenant, resource, ids),
    readableTitles: createReadableTitles(db),
    readableCollections: createReadableCollections(db),
  };
}
