import type { ListPlan } from '@latchkey/permissions';
import { drizzleWhere } from '@latchkey/permissions/drizzle';
import { and, eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { createCollectionStore } from './collections/collection-store.ts';
import { createReportStore } from './report-store.ts';
import { collections, isThere, reports } from './tables.ts';

/** The instances of a tenant, for decisions about them. */
export function createInstanceSource(db: NodePgDatabase) {
  return {
    /**
     * The attributes of those among `ids` that the tenant has, by id. `undefined` for a resource without instances in
     * the database.
     */
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
    /** The ids of the instances that a plan selects; `*`, the resource as a whole, for a resource without instances. */
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
