import { permissionsOf, permissionsOfRole, rolesOf, type ResourceRoleOf } from '@latchkey/permissions';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';

export const roles: readonly AppRole[] = rolesOf(policy);

/**
 * Whether this console's policy has the role. It lacks roles created manually in Permit.io and roles of a newer policy.
 */
export function isRole(role: string): role is AppRole {
  return Object.hasOwn(policy.roles, role);
}

/** A resource with roles on its instances, and a page for each instance. */
export const sharedResources = ['reports', 'collections'] as const;
export type SharedResource = (typeof sharedResources)[number];

/** A role on a report or a collection: both have the same ones. */
export type ReportRole = ResourceRoleOf<typeof policy, SharedResource>;

/** Roles on one report or collection. */
export interface RolesOn {
  readonly resource: SharedResource;
  readonly roles: readonly ReportRole[];
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
export const reportRoles = Object.keys(policy.resources.reports.roles) as readonly ReportRole[];

/** The instance roles in a denial, excluding unknown ones of a newer policy; `null` when it names none. */
export function instanceRolesIn({
  permission,
  grantedByInstanceRoles = [],
}: {
  readonly permission: string;
  readonly grantedByInstanceRoles?: readonly string[] | undefined;
}): RolesOn | null {
  const resource = sharedResources.find((one) => permission.startsWith(`${one}:`));
  const roles = grantedByInstanceRoles.filter(isReportRole);
  return resource === undefined || roles.length === 0 ? null : { resource, roles };
}

export function isSharedResource(resource: string): resource is SharedResource {
  return sharedResources.some((one) => one === resource);
}

export function isReportRole(role: string): role is ReportRole {
  return Object.hasOwn(policy.resources.reports.roles, role);
}

export function isPermission(permission: string): permission is AppPermission {
  return permissionsOf(policy).some((known) => known === permission);
}

/** Has no page of its own. A test compares all others with the gates of the server's router. */
const hiddenPermission = 'reports:view-confidential' satisfies AppPermission;

export function isShown(permission: AppPermission): boolean {
  return permission !== hiddenPermission;
}

type AppResource = keyof typeof policy.resources;

/** In the order of the policy, but reports, the main subject of the console, come first. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
const resources = (Object.keys(policy.resources) as AppResource[]).toSorted(
  (one, other) => Number(other === 'reports') - Number(one === 'reports'),
);

/** The permissions that have a page: no others are shown. */
export const shownPermissions: readonly AppPermission[] = groupByResource(permissionsOf(policy)).flatMap(
  ({ permissions }) => permissions,
);

export function grantsOf(role: AppRole): ReadonlySet<AppPermission> {
  return new Set(permissionsOfRole(policy, role).filter(isShown));
}

/** Whether holders of the role can change the access of other users. */
export function canChangeAccess(role: string): boolean {
  const changing = ['members:assign', 'members:remove', 'requests:decide'] as const;
  return isRole(role) && changing.some((permission) => grantsOf(role).has(permission));
}

export interface PermissionGroup {
  readonly resource: AppResource;
  readonly permissions: readonly AppPermission[];
}

/** The permissions with a page, by resource, each in the order of the policy. */
export function groupByResource(permissions: readonly AppPermission[]): PermissionGroup[] {
  const shown = permissions.filter(isShown);
  return resources.flatMap((resource) => {
    const ofResource = shown.filter((permission) => permission.startsWith(`${resource}:`));
    return ofResource.length === 0 ? [] : [{ resource, permissions: ofResource }];
  });
}
