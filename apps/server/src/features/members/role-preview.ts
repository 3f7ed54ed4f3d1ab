import { permissionsOfRole, rolesGranting, rolesOf } from '@latchkey/permissions';
import type { InstanceGrants } from '@latchkey/permissions/permit';
import { policy, type AppPermission } from '@latchkey/policy';

/** A permission that somebody gains or loses in the whole tenant. */
export interface PermissionChange {
  readonly permission: AppPermission;
  /** On how many instances (of reports, for instance) they have it anyhow, by roles on those. */
  readonly onInstances: number;
}

export interface RolePreview {
  readonly gains: readonly PermissionChange[];
  readonly loses: readonly PermissionChange[];
}

interface Question {
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The permissions that count. */
  readonly shown: readonly AppPermission[];
  readonly onInstances: readonly InstanceGrants[];
}

/** What a change of roles adds and takes, by the policy. What conditions give stays as it is, and is not counted. */
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

/** By a role on the instance: what the PDP answers for it includes what roles in the tenant give. */
function givesOnInstance({ resource, roles }: InstanceGrants, permission: AppPermission): boolean {
  return rolesGranting(policy, permission).instance.some((role) =>
    roles.some((held) => role === `${resource}#${held}`),
  );
}

function permissionsOfRoles(roles: readonly string[]): ReadonlySet<AppPermission> {
  const known = rolesOf(policy).filter((role) => roles.includes(role));
  return new Set(known.flatMap((role) => permissionsOfRole(policy, role)));
}
