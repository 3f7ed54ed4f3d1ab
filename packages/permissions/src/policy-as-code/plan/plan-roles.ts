import { grantedPermissions, type RoleSchema } from '../schema/policy-schema.ts';
import { keysOf, stepBetween, stepToMove } from './compare-values.ts';
import type { Comparison } from './renames.ts';
import type { PolicyStep } from './policy-step.ts';

/** The steps for tenant roles. */
export function planRoles({ wanted, present, renames }: Comparison): PolicyStep[] {
  const upToDate = upToDateRoles(wanted.roles, present.roles);
  return keysOf(wanted.roles, present.roles).map((key) => {
    const before = valueOf(key, present.roles.get(key));
    const after = valueOf(key, wanted.roles.get(key));
    const moved = renamed(renames.roles.get(key), wanted.roles);
    if (before !== undefined && moved !== undefined) return stepToMove('role', { key, before, after: moved });
    return stepBetween('role', {
      key,
      before,
      after,
      same: before?.name === after?.name && upToDate.has(key),
    });
  });
}

function renamed(key: string | undefined, roles: ReadonlyMap<string, RoleSchema>) {
  return key === undefined ? undefined : valueOf(key, roles.get(key));
}

function valueOf(key: string, role: RoleSchema | undefined) {
  if (role === undefined) return undefined;
  const { name, permissions, extends: parents } = role;
  return { key, name, permissions, extends: parents };
}

type Roles = ReadonlyMap<string, RoleSchema>;

/**
 * The keys of the roles that grant exactly the policy's permissions and are not affected by other steps of the plan. In
 * Permit a role can extend others; in `wanted` every role lists all of its permissions. A role that inherits the same
 * permissions is up to date if all of its ancestors are.
 */
export function upToDateRoles(wanted: Roles, present: Roles): ReadonlySet<string> {
  const isUpToDate = (role: string, descendants: readonly string[]): boolean => {
    const after = wanted.get(role);
    const before = present.get(role);
    if (after === undefined || before === undefined || descendants.includes(role)) return false;
    const granted = grantedPermissions(present, role);
    const grantsSame =
      after.permissions.length === granted.size && after.permissions.every((one) => granted.has(one));
    return grantsSame && before.extends.every((parent) => isUpToDate(parent, [...descendants, role]));
  };
  return new Set([...wanted.keys()].filter((role) => isUpToDate(role, [])));
}
