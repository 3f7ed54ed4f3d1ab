import { permissionsOfRole, rolesGranting, rolesOf } from '@latchkey/permissions';
import type { InstanceGrants } from '@latchkey/permissions/permit';
import { policy, type AppPermission } from '@latchkey/policy';

/** A permission that a user gains or loses in the whole tenant. */
export interface PermissionChange {
  readonly permission: AppPermission;
  /** The number of instances, such as reports, on which a role on the instance grants the permission in any case. */
  readonly onInstances: number;
}

interface RolePreview {
  readonly gains: readonly PermissionChange[];
  readonly loses: readonly PermissionChange[];
}

interface Question {
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The permissions to compare. */
  readonly shown: readonly AppPermission[];
  readonly onInstances: readonly InstanceGrants[];
}

/**
 * Compares the permissions before and after a role change, by the policy. Permissions that conditions grant do not
 * change and are not counted.
 */
export function previewRoles({ before, after, shown, onInstances }: Question): RolePreview {
  const [had, has] = [permissionsOfRoles(before), permissionsOfRoles(after)];
  const changeOf = (permission: AppPermission): PermissionChange => ({
    permission,
    onInstances: onInstances.filter((held) => givesOnInstance(held, permission)).length,
  });
  return {
    gains: shown.filter((permission) => has.has(permission) && !had.has(permission)).map(changeOf),
    loses: shown.filter((permission) => had.has(permission) && !has.has(permission)).map(changeOf),
  };
}

/**
 * Whether a role on the instance itself grants the permission. The PDP's answer also includes permissions from tenant
 * roles.
 */
function givesOnInstance({ resource, roles }: InstanceGrants, permission: AppPermission): boolean {
  return rolesGranting(policy, permission).instance.some((role) =>
    roles.some((held) => role === `${resource}#${held}`),
  );
}

/** The permissions of these tenant roles, by the policy. */
export function permissionsOfRoles(roles: readonly string[]): ReadonlySet<AppPermission> {
  const known = rolesOf(policy).filter((role) => roles.includes(role));
  return new Set(known.flatMap((role) => permissionsOfRole(policy, role)));
}
