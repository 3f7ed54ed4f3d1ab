import type { Decider, Deny } from './decision.ts';
import { createPermissions, type Permissions } from './permissions.ts';

/** What a gate does with a caller who acts for somebody else. */
export interface ActorsOption {
  /**
   * `deny`: refuses whoever acts for the user (`actors` of `createPermissions`), with the reason `acting`, without asking the decider.
   * Default: the user's own permissions decide, whoever acts.
   */
  readonly actors?: 'deny' | undefined;
}

/** The deny of who acts for somebody else. No role would change it. */
export function actingDeny<Permission extends string>(permission: Permission): Deny<Permission, never> {
  return { outcome: 'deny', permission, reason: 'acting', grantedBy: [], grantedByInstanceRoles: [] };
}

/** Whether somebody acts for the user. */
export function isActing({ actors = [] }: Pick<Permissions, 'actors'>): boolean {
  return actors.length > 0;
}

/** The permissions that a gate asks: with `actors: 'deny'`, those of who acts for the user are all denied. */
export function permissionsAtGate<
  Permission extends string,
  Role extends string,
  InstancePermission extends string,
>(
  permissions: Permissions<Permission, Role, InstancePermission>,
  { actors }: ActorsOption,
): Permissions<Permission, Role, InstancePermission> {
  if (actors !== 'deny' || !isActing(permissions)) return permissions;
  const decider: Decider<Permission, Role, InstancePermission> = {
    decide: async (checks) => checks.map(({ permission }) => actingDeny(permission)),
    grants: async () => ({ roles: [], permissions: [] }),
  };
  return createPermissions(decider, permissions);
}
