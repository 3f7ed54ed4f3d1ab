import {
  permissionsOf,
  permissionsOfResourceRole,
  permissionsOfRole,
  type ResourceRoleOf,
} from '@latchkey/permissions';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';

/** A role in the organization, or `owner`: the role on a report of the person who created it. */
export type Holder = AppRole | 'owner';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
export const roles = Object.keys(policy.roles) as readonly AppRole[];

/** False for a role that was made by hand in Permit.io, and for one of a newer policy. */
export function isRole(role: string): role is AppRole {
  return Object.hasOwn(policy.roles, role);
}

/** A role on a report. */
export type ReportRole = ResourceRoleOf<typeof policy, 'reports'>;

/** The roles on the report that a denial names, without roles of a newer policy. Other instances have no page. */
export function reportRolesIn({
  permission,
  grantedByInstanceRoles = [],
}: {
  readonly permission: string;
  readonly grantedByInstanceRoles?: readonly string[] | undefined;
}): ReportRole[] {
  return permission.startsWith('reports:') ? grantedByInstanceRoles.filter(isReportRole) : [];
}

function isReportRole(role: string): role is ReportRole {
  return Object.hasOwn(policy.resources.reports.roles, role);
}

export function isPermission(permission: string): permission is AppPermission {
  return permissionsOf(policy).some((known) => known === permission);
}

export const holders: readonly Holder[] = [...roles, 'owner'];

export const grantsOf: Readonly<Record<Holder, ReadonlySet<AppPermission>>> = {
  viewer: new Set(permissionsOfRole(policy, 'viewer')),
  editor: new Set(permissionsOfRole(policy, 'editor')),
  admin: new Set(permissionsOfRole(policy, 'admin')),
  owner: new Set(permissionsOfResourceRole(policy, 'reports', 'owner')),
};

/** The permissions in the order of the policy, grouped by resource. */
export const permissionsByResource: readonly (readonly AppPermission[])[] = Object.keys(policy.resources).map(
  (resource) => permissionsOf(policy).filter((permission) => permission.startsWith(`${resource}:`)),
);
