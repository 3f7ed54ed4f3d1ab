import { permissionsOfRole, rolesGranting, rolesOf } from '@latchkey/permissions';
import type { InstanceGrants } from '@latchkey/permissions/permit';
import { policy, type AppPermission } from '@latchkey/policy';

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
  readonly shown: readonly AppPermission[];
  readonly onInstances: readonly InstanceGrants[];
}

/** Compares the permissions before and after a role change. Omits permissions that conditions grant. */
export function previewRoles({ before, after, shown, onInstances }: Question): RolePreview {
  const [had, has] = [permissionsOfRoles(before), permissionsOfRoles(after)];
  const changeOf = (permission: AppPermission): PermissionChange => ({
    permission,
    onInstances: onInstances.filter((held) => grantsOnInstance(held, permission)).length,
  });
  return {
    gains: shown.filter((permission) => has.has(permission) && !had.has(permission)).map(changeOf),
    loses: shown.filter((permission) => had.has(permission) && !has.has(permission)).map(changeOf),
  };
}

/** Whether a role on the instance itself grants the permission. The PDP's answer includes tenant roles too. */
function grantsOnInstance({ resource, roles }: InstanceGrants, permission: AppPermission): boolean {
  return rolesGranting(policy, permission).instance.some((role) =>
    roles.some((held) => role === `${resource}#${held}`),
  );
}

export function permissionsOfRoles(roles: readonly string[]): ReadonlySet<AppPermission> {
  const known = rolesOf(policy).filter((role) => roles.includes(role));
  return new Set(known.flatMap((role) => permissionsOfRole(policy, role)));
}
