import type { Decider, Deny } from './decision.ts';
import { createPermissions, type Permissions } from './permissions.ts';

/** How a gate treats actors, who act for the user. */
export interface ActorsOption {
  /**
   * `deny`: refuses requests by an actor (`actors` of `createPermissions`) with the reason `acting`, without calling the
   * decider. `ceiling`: every actor must have the permission too. By default the user's permissions apply, with or
   * without an actor.
   */
  readonly actors?: 'deny' | 'ceiling' | undefined;
}

/** Lists no roles, because no role would grant the permission to an actor. */
export function actingDeny<Permission extends string>(permission: Permission): Deny<Permission, never> {
  return { outcome: 'deny', permission, reason: 'acting', grantedBy: [], grantedByInstanceRoles: [] };
}

export function isActing({ actors = [] }: Pick<Permissions, 'actors'>): boolean {
  return actors.length > 0;
}

/** @throws {TypeError} when the caller passed no permissions, which JavaScript and casts allow */
export function assertPermissions(permissions: unknown): void {
  if (!('check' in Object(permissions)))
    throw new TypeError('The gate has no permissions: pass `permissions: createPermissions(decider, user)`.');
}

/** What the gate allows a request by an actor: nothing with `deny`, with `ceiling` what the actors may do too. */
export function permissionsAtGate<
  Permission extends string,
  Role extends string,
  InstancePermission extends string,
>(
  permissions: Permissions<Permission, Role, InstancePermission>,
  { actors }: ActorsOption,
): Permissions<Permission, Role, InstancePermission> {
  assertPermissions(permissions);
  if (actors === undefined || !isActing(permissions)) return permissions;
  if (actors === 'ceiling') return permissions.withCeiling();
  const { subject, tenant } = permissions;
  const decider: Decider<Permission, Role, InstancePermission> = {
    decide: async (checks) => checks.map(({ permission }) => actingDeny(permission)),
    grants: async () => ({ roles: [], permissions: [] }),
  };
  return createPermissions(decider, { subject, tenant, actors: permissions.actors });
}
