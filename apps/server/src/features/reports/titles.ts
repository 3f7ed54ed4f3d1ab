import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { createCollectionStore } from './collections/collection-store.ts';
import { createReadableTitles, type ReadableTitles, createReadableCollections } from './readable-titles.ts';
import { createReportStore } from './report-store.ts';

/** By id; instances without a title are omitted. */
type TitlesOf = (
  tenant: string,
  resource: string,
  ids: readonly string[],
) => Promise<ReadonlyMap<string, string>>;

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
