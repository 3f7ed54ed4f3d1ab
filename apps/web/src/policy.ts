import { permissionsOf, permissionsOfRole, type ResourceRoleOf } from '@latchkey/permissions';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
export const roles = Object.keys(policy.roles) as readonly AppRole[];

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

/**
 * The permissions that have a page in this console, in the order of the policy: no others are shown. A test compares
 * the list with the gates of the server's router.
 */
export const shownPermissions = [
  'reports:view',
  'reports:create',
  'reports:edit',
  'reports:publish',
  'reports:share',
  'reports:delete',
  'collections:view',
  'collections:create',
  'collections:edit',
  'collections:share',
  'collections:delete',
  'members:view',
  'members:invite',
  'members:assign',
  'members:remove',
  'members:view-as',
  'requests:create',
  'requests:view',
  'requests:decide',
  'reviews:manage',
  'reviews:decide',
  'audit:view',
  'sync:view',
  'sync:replay',
  'sync:reconcile',
  'policy:view',
] as const satisfies readonly AppPermission[];

/** A resource that has a page. */
export type ShownResource = (typeof shownPermissions)[number] extends infer Permission
  ? Permission extends `${infer Resource}:${string}`
    ? Resource
    : never
  : never;

export function isShown(permission: AppPermission): boolean {
  return shownPermissions.some((shown) => shown === permission);
}

const shownOf = (permissions: readonly AppPermission[]): ReadonlySet<AppPermission> =>
  new Set(permissions.filter(isShown));

export const grantsOf: Readonly<Record<AppRole, ReadonlySet<AppPermission>>> = {
  viewer: shownOf(permissionsOfRole(policy, 'viewer')),
  editor: shownOf(permissionsOfRole(policy, 'editor')),
  admin: shownOf(permissionsOfRole(policy, 'admin')),
};

/** Whether holders of the role can change the access of other users. */
export function canChangeAccess(role: string): boolean {
  const changing = ['members:assign', 'members:remove', 'requests:decide'] as const;
  return isRole(role) && changing.some((permission) => grantsOf[role].has(permission));
}

export interface PermissionGroup {
  readonly resource: ShownResource;
  readonly permissions: readonly AppPermission[];
}

/** The permissions with a page, by resource, each in the order of the policy. */
export function groupByResource(permissions: readonly AppPermission[]): PermissionGroup[] {
  const shown = permissions.filter(isShown);
  return shownResources.flatMap((resource) => {
    const ofResource = shown.filter((permission) => permission.startsWith(`${resource}:`));
    return ofResource.length === 0 ? [] : [{ resource, permissions: ofResource }];
  });
}

/** Reports, the main subject of the console, come first. */
const shownResources = Object.keys(policy.resources)
  .filter(isShownResource)
  .toSorted((one, other) => Number(other === 'reports') - Number(one === 'reports'));

function isShownResource(resource: string): resource is ShownResource {
  return shownPermissions.some((permission) => permission.startsWith(`${resource}:`));
}
