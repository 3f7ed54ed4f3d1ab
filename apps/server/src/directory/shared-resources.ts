import type { ResourceRoleOf, ResourceOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { AppError } from '../platform/app-error.ts';
import type { SignedIn } from '../platform/trpc/context.ts';
import { z } from 'zod';

export const resourcesWithRoles = Object.entries(policy.resources).flatMap(([resource, definition]) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
  'roles' in definition ? [resource as ResourceOf<typeof policy>] : [],
);

/** The resources on whose instances roles are assigned and requested in the console: those with a page. */
export const sharedResources = ['reports', 'collections'] as const;
export type SharedResource = (typeof sharedResources)[number];

export type ShareRole = ResourceRoleOf<typeof policy, SharedResource>;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
export const shareRoles = Object.keys(policy.resources.reports.roles) as ShareRole[];

/** The error for an instance that is unknown or belongs to another tenant. */
export function instanceNotFound(resource: string, id: string): AppError {
  return resource === 'collections'
    ? new AppError('COLLECTION_NOT_FOUND', `There is no collection ${id} here.`)
    : new AppError('REPORT_NOT_FOUND', `There is no report ${id} here.`);
}

/** Returns the titles of these reports or collections, by id; omits those that the tenant does not have. */
export type TitlesOf = (
  tenant: string,
  resource: string,
  ids: readonly string[],
) => Promise<ReadonlyMap<string, string>>;

/** Returns the titles of these reports or collections, by id; omits those that the reader may not read. */
export type ReadableTitles = (
  reader: SignedIn,
  ids: readonly string[],
) => Promise<ReadonlyMap<string, string>>;

export interface TitleReaders {
  readonly readableTitles: ReadableTitles;
  readonly readableCollections: ReadableTitles;
}

export interface Instance {
  readonly resource: string;
  readonly id: string;
}

/** Parses the name of an instance in Permit, `reports:<id>`. */
export function parseInstance(name: string): Instance {
  const colon = name.indexOf(':');
  return { resource: name.slice(0, colon), id: name.slice(colon + 1) };
}

/** Returns the resource of an instance, `reports:<id>`, if it is a report or a collection. */
export function sharedResourceOf(instance: string): SharedResource | undefined {
  return sharedResources.find((one) => one === parseInstance(instance).resource);
}

/** Returns the title of each of these reports and collections: `null` if the reader may not read it. */
export async function readTitles(
  reader: SignedIn,
  instances: readonly Instance[],
  { readableTitles, readableCollections }: TitleReaders,
): Promise<(instance: Instance) => string | null> {
  const titlesIn = async (named: SharedResource, read: ReadableTitles) => {
    const ids = new Set(instances.flatMap(({ resource, id }) => (resource === named ? [id] : [])));
    return ids.size === 0 ? new Map<string, string>() : read(reader, [...ids]);
  };
  const [reports, collections] = await Promise.all([
    titlesIn('reports', readableTitles),
    titlesIn('collections', readableCollections),
  ]);
  return ({ resource, id }) =>
    (resource === 'reports' ? reports.get(id) : resource === 'collections' ? collections.get(id) : null) ??
    null;
}

/** Returns those of the instances (`reports:<id>`) that the tenant has. */
export async function existingAmong(
  titlesOf: TitlesOf,
  tenant: string,
  instances: readonly string[],
): Promise<Set<string>> {
  const byResource = Map.groupBy(instances.map(parseInstance), ({ resource }) => resource);
  const found = await Promise.all(
    [...byResource].map(async ([resource, ofResource]) => {
      const ids = ofResource.map(({ id }) => id);
      return [...(await titlesOf(tenant, resource, ids)).keys()].map((id) => `${resource}:${id}`);
    }),
  );
  return new Set(found.flat());
}

const Uuid = z.uuid();

/** Omits keys that PostgreSQL would refuse: our instances have UUIDs, those created directly in Permit may not. */
export function uuidsAmong(keys: readonly string[]): string[] {
  return keys.filter((key) => Uuid.safeParse(key).success);
}
