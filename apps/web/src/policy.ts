import { permissionsOf, permissionsOfResourceRole, permissionsOfRole } from '@latchkey/permissions';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';

/** The roles of the organization, and the one that whoever creates a report holds on it. */
export type Holder = AppRole | 'owner';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
export const roles = Object.keys(policy.roles) as readonly AppRole[];

export const holders: readonly Holder[] = [...roles, 'owner'];

export const grantsOf: Readonly<Record<Holder, ReadonlySet<AppPermission>>> = {
  viewer: new Set(permissionsOfRole(policy, 'viewer')),
  editor: new Set(permissionsOfRole(policy, 'editor')),
  admin: new Set(permissionsOfRole(policy, 'admin')),
  owner: new Set(permissionsOfResourceRole(policy, 'reports', 'owner')),
};

/** The table's permissions, a group for each resource, in the table's order. */
export const permissionsByResource: readonly (readonly AppPermission[])[] = Object.keys(policy.resources).map(
  (resource) => permissionsOf(policy).filter((permission) => permission.startsWith(`${resource}:`)),
);
