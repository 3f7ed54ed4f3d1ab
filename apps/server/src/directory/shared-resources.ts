import type { ResourceRoleOf, ResourceOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { AppError } from '../platform/app-error.ts';
import type { SignedIn } from '../platform/trpc/context.ts';

/** The resources on whose instances roles can be assigned. */
export const resourcesWithRoles = Object.entries(policy.resources).flatMap(([resource, definition]) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
  'roles' in definition ? [resource as ResourceOf<typeof policy>] : [],
);

/** The resources on whose instances roles are assigned and requested in the console: those with a page. */
export const sharedResources = ['reports', 'collections'] as const;
export type SharedResource = (typeof sharedResources)[number];

/** A role on a report or a collection, which have the same roles. */
export type ShareRole = ResourceRoleOf<typeof policy, SharedResource>;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
export const shareRoles = Object.keys(policy.resources.reports.roles) as ShareRole[];

/**
 * For a report or a collection that the tenant does not have: the same error for unknown ones and those of another
 * tenant.
 */
export function instanceNotFound(resource: string, id: string): AppError {
  return resource === 'collections'
    ? new AppError('COLLECTION_NOT_FOUND', `There is no collection ${id} here.`)
    : new AppError('REPORT_NOT_FOUND', `There is no report ${id} here.`);
}

/** Returns the titles of the existing reports or collections of the tenant among these, by id. */
export type TitlesOf = (
  tenant: string,
  resource: string,
  ids: readonly string[],
) => Promise<ReadonlyMap<string, string>>;

/** Returns the titles of these reports, or of these collections, that the reader may read, by id. */
export type ReadableTitles = (
  reader: SignedIn,
  ids: readonly string[],
) => Promise<ReadonlyMap<string, string>>;
