import type { Grants } from './world.ts';

/** The definition of a role: its own grants, and the roles of the same scope that it extends. */
export interface RoleDefinition {
  readonly grants: Grants;
  readonly extends: readonly string[];
}

/**
 * Computes what each role of one scope grants, including everything that it extends directly or indirectly. Roles
 * that extend each other grant the same. A role that is extended but not defined grants nothing.
 */
export function flattenGrants(roles: ReadonlyMap<string, RoleDefinition>): ReadonlyMap<string, Grants> {
  return new Map([...roles.keys()].map((key) => [key, unionOf(reachable(roles, key))]));
}

function reachable(roles: ReadonlyMap<string, RoleDefinition>, key: string): readonly RoleDefinition[] {
  const keys = new Set([key]);
  const found: RoleDefinition[] = [];
  // A set can grow while it is iterated: each new role is visited once.
  for (const next of keys) {
    const role = roles.get(next);
    if (role === undefined) continue;
    found.push(role);
    for (const parent of role.extends) keys.add(parent);
  }
  return found;
}

function unionOf(roles: readonly RoleDefinition[]): Grants {
  const grants = new Map<string, Set<string>>();
  for (const role of roles) {
    for (const [type, actions] of role.grants) {
      const all = grants.get(type) ?? new Set();
      for (const action of actions) all.add(action);
      grants.set(type, all);
    }
  }
  return grants;
}
