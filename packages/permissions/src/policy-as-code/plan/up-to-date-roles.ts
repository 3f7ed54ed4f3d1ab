import { grantedPermissions } from '../schema/granted-permissions.ts';
import type { RoleSchema } from '../schema/policy-schema.ts';

type Roles = ReadonlyMap<string, RoleSchema>;

/**
 * The keys of the roles that grant exactly what the policy says, and that no other step of the plan changes. In Permit a
 * role may extend others; in `wanted` every role lists all of its permissions. A role that grants the same by inheritance
 * is up to date as long as all of its ancestors are.
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
