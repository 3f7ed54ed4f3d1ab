import {
  permissionsOf,
  permissionsOfResourceRole,
  permissionsOfRole,
  type Policy,
  type ResourceOf,
} from '@latchkey/permissions';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';
import { reportRoles, roles, sharedResources, type ReportRole } from '../../policy.ts';

/** A column of the matrix: a role in the organization, or one on a single report or collection. */
export type Column =
  | { readonly kind: 'organization'; readonly role: AppRole }
  | { readonly kind: 'instance'; readonly role: ReportRole };

export const columns: readonly Column[] = [
  ...roles.map((role) => ({ kind: 'organization', role }) as const),
  ...reportRoles.map((role) => ({ kind: 'instance', role }) as const),
];

/** `inherited`: through a role that the role includes. `no-such-role`: the resource has no instance roles. */
export type Grant = 'own' | 'inherited' | 'none' | 'no-such-role';

/** The grant of a permission in a column. */
export function grantIn(table: Policy, permission: AppPermission, column: Column): Grant {
  if (column.kind === 'organization') {
    const own = table.roles[column.role]?.permissions ?? [];
    if (own === '*' || own.includes(permission)) return 'own';
    return permissionsOfRole(table, column.role).includes(permission) ? 'inherited' : 'none';
  }
  const resource = sharedResources.find((one) => permission.startsWith(`${one}:`));
  if (resource === undefined) return 'no-such-role';
  return permissionsOfResourceRole(policy, resource, column.role).includes(permission) ? 'own' : 'none';
}

/** The permissions of a role on a single report or collection. */
export function permissionsIn(table: Policy, column: Column): AppPermission[] {
  return permissionsOf(policy).filter((permission) =>
    ['own', 'inherited'].includes(grantIn(table, permission, column)),
  );
}

export interface ResourceGroup {
  readonly resource: ResourceOf<typeof policy>;
  readonly permissions: readonly AppPermission[];
}

/** The rows of the matrix: reports, the main subject of the console, come first. */
export const groups: readonly ResourceGroup[] = (Object.keys(policy.resources) as ResourceOf<typeof policy>[]) // oxlint-disable-line typescript/no-unsafe-type-assertion -- the table's own keys
  .toSorted((one, other) => Number(other === 'reports') - Number(one === 'reports'))
  .map((resource) => ({
    resource,
    permissions: permissionsOf(policy).filter((permission) => permission.startsWith(`${resource}:`)),
  }));

/** Permissions that are granted conditionally. */
export const conditional: ReadonlySet<string> = new Set(
  policy.rules.flatMap(({ permissions }): readonly string[] => permissions),
);
