import type { PermitReads } from '@latchkey/directory-sync';
import { PermitApiError } from '@latchkey/permissions/permit';
import { and, eq, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Accounts } from '../../../directory/accounts.ts';
import {
  parseInstance,
  sharedResources,
  uuidsAmong,
  type SharedResource,
} from '../../../directory/shared-resources.ts';
import { inBatches } from '../../../platform/in-batches.ts';
import { within } from '../../../platform/within.ts';
import { collectionReports, collections } from '../tables.ts';

const role = 'owner';

/**
 * Reads the owners of reports and collections: the users with the role in Permit whose account is active. A suspended
 * user owns nothing, even before sync has removed the role. Instances are named `reports:<id>` and `collections:<id>`.
 */
export interface OwnerReader {
  /** Returns the Permit keys of the owners of each instance, direct ones before inherited ones. @throws {PermitApiError} */
  of(tenant: string, instances: readonly string[]): Promise<OwnersByInstance>;
  /** As `of`, but `null` if Permit cannot be read in time: a page without owners is better than none. */
  find(tenant: string, instances: readonly string[]): Promise<OwnersByInstance | null>;
  /** As `of`, without inherited owners. @throws {PermitApiError} */
  direct(tenant: string, instances: readonly string[]): Promise<OwnersByInstance>;
  /** Returns the ids of the reports and collections that have a direct owner. @throws {PermitApiError} */
  ownedIds(tenant: string): Promise<string[]>;
}

export type OwnersByInstance = ReadonlyMap<string, readonly string[]>;

/** The maximum number of concurrent calls to Permit for one page. */
const concurrency = 10;

export interface OwnerReaderDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'rolesOn' | 'holdersOn'>;
  /** Returns which of these users are suspended or deleted. */
  readonly inactiveAmong: Accounts['inactiveAmong'];
  /** Milliseconds that `find` waits. Default: 2,000. */
  readonly patience?: number | undefined;
}

interface Ownership {
  readonly user: string;
  readonly instance: string;
}

export function createOwnerReader(deps: OwnerReaderDeps): OwnerReader {
  const { db, reads, inactiveAmong, patience = 2_000 } = deps;
  /** Reads all direct owners in the tenant; `undefined` if there are more pages than `maxPages`. */
  const readAll = async (tenant: string, resource: SharedResource, maxPages = Infinity) => {
    const owners: Ownership[] = [];
    let pages = 0;
    for await (const page of reads.holdersOn(tenant, { resource, role })) {
      pages += 1;
      if (pages > maxPages) return undefined;
      owners.push(...page);
    }
    return owners;
  };
  const readOn = async (tenant: string, instance: string): Promise<Ownership[]> =>
    (await reads.rolesOn(tenant, instance))
      .filter((one) => one.role === role)
      .map(({ user }) => ({ user, instance }));
  const byInstance = async (owners: readonly Ownership[]): Promise<OwnersByInstance> => {
    const inactive = await inactiveAmong([...new Set(owners.map(({ user }) => user))]);
    const active = owners.filter(({ user }) => !inactive.has(user));
    const grouped = Map.groupBy(active, ({ instance }) => instance);
    return new Map([...grouped].map(([instance, found]) => [instance, found.map(({ user }) => user)]));
  };

  const direct: OwnerReader['direct'] = async (tenant, instances) => {
    const readAmong = async (resource: SharedResource): Promise<readonly Ownership[]> => {
      const named = new Set(instances.filter((instance) => instance.startsWith(`${resource}:`)));
      // One call per instance takes as long as this number of pages, which are read one after the other.
      const rounds = Math.ceil(named.size / concurrency);
      const all = rounds > 1 ? await readAll(tenant, resource, rounds) : undefined;
      if (all !== undefined) return all.filter(({ instance }) => named.has(instance));
      return (await inBatches([...named], (instance) => readOn(tenant, instance), concurrency)).flat();
    };
    return byInstance((await inBatches(sharedResources, readAmong, 1)).flat());
  };
  const of: OwnerReader['of'] = async (tenant, instances) => {
    const { collectionId, reportId } = collectionReports;
    const ids = uuidsAmong(instances.map((instance) => parseInstance(instance).id));
    const contained = await db
      .select({ collection: collectionId, report: reportId })
      .from(collectionReports)
      .innerJoin(collections, and(eq(collections.id, collectionId), eq(collections.tenant, tenant)))
      .where(inArray(reportId, ids));
    const parentsOf = Map.groupBy(contained, ({ report }) => `reports:${report}`);
    const sourcesOf = (instance: string): string[] => [
      instance,
      ...(parentsOf.get(instance) ?? []).map(({ collection }) => `collections:${collection}`),
    ];
    const owners = await direct(tenant, instances.flatMap(sourcesOf));
    const ownersOf = (instance: string) => sourcesOf(instance).flatMap((one) => owners.get(one) ?? []);
    return new Map(instances.map((one) => [one, [...new Set(ownersOf(one))]]));
  };

  return {
    of,
    direct,
    async find(tenant, instances) {
      const read = of(tenant, instances).catch((error: unknown) => {
        if (error instanceof PermitApiError) return null;
        throw error;
      });
      return within(patience, read, () => null);
    },
    async ownedIds(tenant) {
      const all = await inBatches(sharedResources, (resource) => readAll(tenant, resource), 1);
      const owned = await byInstance(all.flatMap((owners) => owners ?? []));
      return [...owned.keys()].map((instance) => parseInstance(instance).id);
    },
  };
}
