import type { PermitReads } from '@latchkey/directory-sync';
import { PermitApiError } from '@latchkey/permissions/permit';
import { and, eq, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { parseInstance, sharedResources, uuidsAmong, type SharedResource } from '../../../directory/shared-resources.ts';
import { inBatches } from '../../../platform/in-batches.ts';
import { within } from '../../../platform/within.ts';
import { collectionReports, collections } from '../tables.ts';

const role = 'owner';

export interface InstanceOwner {
  readonly user: string;
  /** The collection from which the role is inherited, `collections:<id>`; `null` if it is assigned directly. */
  readonly via: string | null;
}

/**
 * The owners of reports and collections, from Permit. The roles of a suspended user do not count until a reactivation
 * restores them.
 */
export interface OwnerReader {
  /**
   * Returns the owners of instances (`reports:<id>`, `collections:<id>`) by instance, direct owners first; an instance
   * without an owner has an empty list.
   * @throws {PermitApiError}
   */
  of(tenant: string, instances: readonly string[]): Promise<OwnersByInstance>;
  /** As `of`, but `null` if Permit cannot be read in time: a page without owners is better than none. */
  find(tenant: string, instances: readonly string[]): Promise<OwnersByInstance | null>;
  /** Returns the ids of the reports or collections that have a direct owner. @throws {PermitApiError} */
  ownedIds(tenant: string, resource: SharedResource): Promise<string[]>;
}

export type OwnersByInstance = ReadonlyMap<string, readonly InstanceOwner[]>;

/** The maximum number of concurrent calls to Permit for one page. */
const concurrency = 10;

export interface OwnerReaderDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'rolesOn' | 'holdersOn'>;
  /** Milliseconds that `find` waits. Default: 2,000. */
  readonly patience?: number | undefined;
}

export function createOwnerReader({ db, reads, patience = 2_000 }: OwnerReaderDeps): OwnerReader {
  /** Reads all owners in the tenant; `undefined` if there are more pages than `limit`. */
  const allOwners = async (
    tenant: string,
    resource: SharedResource,
    limit = Infinity,
  ): Promise<Map<string, string[]> | undefined> => {
    const usersOf = new Map<string, string[]>();
    let pages = 0;
    for await (const page of reads.holdersOn(tenant, { resource, role })) {
      pages += 1;
      if (pages > limit) return undefined;
      for (const { user, instance } of page) usersOf.set(instance, [...(usersOf.get(instance) ?? []), user]);
    }
    return usersOf;
  };

  const directOwners = async (
    tenant: string,
    resource: SharedResource,
    instances: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>> => {
    // One call per instance takes as long as this number of pages, which are read one after the other.
    const rounds = Math.ceil(instances.length / concurrency);
    const all = rounds > 1 ? await allOwners(tenant, resource, rounds) : undefined;
    if (all !== undefined) return all;
    const read = async (instance: string) => {
      const holders = await reads.rolesOn(tenant, instance);
      return [instance, holders.flatMap((one) => (one.role === role ? [one.user] : []))] as const;
    };
    return new Map(await inBatches(instances, read, concurrency));
  };

  const collectionsOf = async (tenant: string, instances: readonly string[]) => {
    const parsed = instances.map(parseInstance).filter(({ resource }) => resource === 'reports');
    const { collectionId, reportId } = collectionReports;
    const found = await db
      .select({ collection: collectionId, report: reportId })
      .from(collectionReports)
      .innerJoin(collections, and(eq(collections.id, collectionId), eq(collections.tenant, tenant)))
      .where(inArray(reportId, uuidsAmong(parsed.map(({ id }) => id))));
    return Map.groupBy(found, ({ report }) => `reports:${report}`);
  };

  const of: OwnerReader['of'] = async (tenant, instances) => {
      const parents = await collectionsOf(tenant, instances);
      const read = new Set(instances);
      for (const { collection } of [...parents.values()].flat()) read.add(`collections:${collection}`);
      const usersOf = new Map<string, readonly string[]>();
      for (const resource of sharedResources) {
        const some = [...read].filter((instance) => instance.startsWith(`${resource}:`));
        // oxlint-disable-next-line no-await-in-loop -- two resources
        for (const [instance, users] of await directOwners(tenant, resource, some)) usersOf.set(instance, users);
      }
      const ownersOn = (instance: string, via: string | null): InstanceOwner[] =>
        (usersOf.get(instance) ?? []).map((user) => ({ user, via }));
      return new Map(
        instances.map((instance) => {
          const inherited = (parents.get(instance) ?? []).flatMap(({ collection }) =>
            ownersOn(`collections:${collection}`, `collections:${collection}`),
          );
          return [instance, [...ownersOn(instance, null), ...inherited]];
        }),
      );
  };

  return {
    of,
    async find(tenant, instances) {
      const read = of(tenant, instances).catch((error: unknown) => {
        if (error instanceof PermitApiError) return null;
        throw error;
      });
      return within(patience, read, () => null);
    },
    async ownedIds(tenant, resource) {
      const owned = await allOwners(tenant, resource);
      return [...(owned?.keys() ?? [])].map((instance) => parseInstance(instance).id);
    },
  };
}
