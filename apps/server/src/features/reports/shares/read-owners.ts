import type { PermitReads } from '@latchkey/directory-sync';
import { PermitApiError } from '@latchkey/permissions/permit';
import { and, eq, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { parseInstance, uuidsAmong, type SharedResource } from '../../../directory/shared-resources.ts';
import { inBatches } from '../../../platform/in-batches.ts';
import { within } from '../../../platform/within.ts';
import { collectionReports, collections } from '../tables.ts';

const role = 'owner';

/**
 * Reads the owners of reports and collections from Permit. A suspended user owns nothing until a reactivation restores
 * the roles. Instances are named `reports:<id>` and `collections:<id>`.
 */
export interface OwnerReader {
  /** Returns the Permit keys of the owners of each instance, direct ones before inherited ones. @throws {PermitApiError} */
  of(tenant: string, instances: readonly string[]): Promise<OwnersByInstance>;
  /** As `of`, but `null` if Permit cannot be read in time: a page without owners is better than none. */
  find(tenant: string, instances: readonly string[]): Promise<OwnersByInstance | null>;
  /** Returns the ids of the reports or collections that have a direct owner. @throws {PermitApiError} */
  ownedIds(tenant: string, resource: SharedResource): Promise<string[]>;
}

export type OwnersByInstance = ReadonlyMap<string, readonly string[]>;

/** The maximum number of concurrent calls to Permit for one page. */
const concurrency = 10;

export interface OwnerReaderDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'rolesOn' | 'holdersOn'>;
  /** Milliseconds that `find` waits. Default: 2,000. */
  readonly patience?: number | undefined;
}

export function createOwnerReader({ db, reads, patience = 2_000 }: OwnerReaderDeps): OwnerReader {
  /** Reads all direct owners in the tenant; `undefined` if there are more pages than `maxPages`. */
  const allOwners = async (tenant: string, resource: SharedResource, maxPages: number) => {
    const owners: { readonly user: string; readonly instance: string }[] = [];
    let pages = 0;
    for await (const page of reads.holdersOn(tenant, { resource, role })) {
      pages += 1;
      if (pages > maxPages) return undefined;
      owners.push(...page);
    }
    return owners;
  };
  const directOwners = async (tenant: string, resource: SharedResource, named: readonly string[]) => {
    const instances = named.filter((instance) => instance.startsWith(`${resource}:`));
    // One call per instance takes as long as this number of pages, which are read one after the other.
    const rounds = Math.ceil(instances.length / concurrency);
    const all = rounds > 1 ? await allOwners(tenant, resource, rounds) : undefined;
    if (all !== undefined) return all;
    const read = async (instance: string) =>
      (await reads.rolesOn(tenant, instance)).flatMap((one) =>
        one.role === role ? [{ user: one.user, instance }] : [],
      );
    return (await inBatches(instances, read, concurrency)).flat();
  };

  const of: OwnerReader['of'] = async (tenant, instances) => {
    const { collectionId, reportId } = collectionReports;
    const ids = uuidsAmong(instances.map((instance) => parseInstance(instance).id));
    const contained = await db
      .select({ collection: collectionId, report: reportId })
      .from(collectionReports)
      .innerJoin(collections, and(eq(collections.id, collectionId), eq(collections.tenant, tenant)))
      .where(inArray(reportId, ids));
    const parents = contained.map(({ collection }) => `collections:${collection}`);
    const owners = [
      ...(await directOwners(tenant, 'reports', instances)),
      ...(await directOwners(tenant, 'collections', [...new Set([...instances, ...parents])])),
    ];
    const usersOf = Map.groupBy(owners, ({ instance }) => instance);
    const usersOn = (instance: string): string[] => (usersOf.get(instance) ?? []).map(({ user }) => user);
    const inherited = (instance: string): string[] =>
      contained.flatMap(({ report }, index) =>
        instance === `reports:${report}` ? usersOn(parents[index] ?? '') : [],
      );
    return new Map(
      instances.map((one) => [one, [...new Set([...usersOn(one), ...inherited(one)])]] as const),
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
      const owners = (await allOwners(tenant, resource, Infinity)) ?? [];
      return [...new Set(owners.map(({ instance }) => parseInstance(instance).id))];
    },
  };
}
