import type { Decider, Deny } from './decision.ts';
import { createPermissions, type Permissions } from './permissions.ts';

/** How a gate treats an actor. */
export interface ActorsOption {
  /**
   * `deny`: refuses requests by an actor (`actors` of `createPermissions`) with the reason `acting`, without calling the
   * decider. By default the user's permissions apply, with or without an actor.
   */
  readonly actors?: 'deny' | undefined;
}

/** The denial of an actor. No role would change it. */
export function actingDeny<Permission extends string>(permission: Permission): Deny<Permission, never> {
  return { outcome: 'deny', permission, reason: 'acting', grantedBy: [], grantedByInstanceRoles: [] };
}

/** Whether an actor is acting for the user. */
export function isActing({ actors = [] }: Pick<Permissions, 'actors'>): boolean {
  return actors.length > 0;
}

/** @throws {TypeError} when a JavaScript caller, or a cast, has left out the permissions. */
export function assertPermissions(permissions: unknown): void {
  if (!('check' in Object(permissions)))
    throw new TypeError('The gate has no permissions: pass `permissions: createPermissions(decider, user)`.');
}

/** The permissions that a gate checks. With `actors: 'deny'`, every check by an actor is denied. */
export function permissionsAtGate<
  Permission extends string,
  Role extends string,
  InstancePermission extends string,
>(
  permissions: Permissions<Permission, Role, InstancePermission>,
  { actors }: ActorsOption,
): Permissions<Permission, Role, InstancePermission> {
  assertPermissions(permissions);
  if (actors !== 'deny' || !isActing(permissions)) return permissions;
  const decider: Decider<Permission, Role, InstancePermission> = {
    decide: async (checks) => checks.map(({ permission }) => actingDeny(permission)),
    grants: async () => ({ roles: [], permissions: [] }),
  };
  return createPermissions(decider, permissions);
}
