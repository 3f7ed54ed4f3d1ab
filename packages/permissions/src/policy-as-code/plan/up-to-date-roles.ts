import { grantedPermissions } from '../schema/granted-permissions.ts';
import type { RoleSchema } from '../schema/policy-schema.ts';

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
