import type { ListPlan } from '@latchkey/permissions';
import { drizzleWhere } from '@latchkey/permissions/drizzle';
import { and, eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { ReadableTitles, TitlesOf } from '../../directory/shared-resources.ts';
import { clearanceOf, isCleared } from './clearance.ts';
import { createCollectionStore } from './collections/collection-store.ts';
import { createReportStore } from './report-store.ts';
import { collections, isThere, reports } from './tables.ts';

/**
 * Reads titles by the rules of `reports.get`: only editors get titles of drafts, and only users with clearance get
 * titles of confidential reports.
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

/** A collection that was created directly in Permit has its key as its title. */
function createReadableCollections(db: NodePgDatabase): ReadableTitles {
  return async ({ identity, permissions }, ids) => {
    const readable = await permissions.filter('collections:view', ids, (id) => id);
    const titles = await createCollectionStore(db, identity.tenant).titlesOf(readable);
    return new Map(readable.map((id) => [id, titles.get(id) ?? id]));
  };
}

export interface Titles {
  /** Reads all titles, for internal use. */
  readonly titlesOf: TitlesOf;
  /** Reads all titles except those of confidential reports. */
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

export function createInstanceSource(db: NodePgDatabase) {
  return {
    /** By id, for those that the tenant has; `undefined` for a resource whose instances are not in the database. */
    attributesOf(
      tenant: string,
      resource: string,
      ids: readonly string[],
    ): Promise<ReadonlyMap<string, { readonly classification?: string }>> | undefined {
      if (resource === 'reports') {
        const found = createReportStore(db, tenant).headlinesOf(ids);
        return found.then((rows) => new Map(rows.map(({ id, classification }) => [id, { classification }])));
      }
      if (resource !== 'collections') return undefined;
      const found = createCollectionStore(db, tenant).titlesOf(ids);
      return found.then((titles) => new Map([...titles.keys()].map((id) => [id, {}])));
    },
    /** For a resource whose instances are not in the database, returns `*` if the plan allows all. */
    async idsIn(plan: ListPlan<never>): Promise<string[]> {
      const { tenant, permission } = plan;
      const [resource] = permission.split(':');
      if (resource === 'reports') {
        const { id, classification } = reports;
        const where = drizzleWhere(plan, { tenant: reports.tenant, id, attributes: { classification } });
        const found = await db
          .select({ id })
          .from(reports)
          .where(and(eq(reports.tenant, tenant), isThere, where));
        return found.map((row) => row.id);
      }
      if (resource === 'collections') {
        const { id } = collections;
        const where = drizzleWhere(plan, { tenant: collections.tenant, id });
        const found = await db.select({ id }).from(collections).where(where);
        return found.map((row) => row.id);
      }
      return plan.kind === 'all' ? ['*'] : [];
    },
  };
}
