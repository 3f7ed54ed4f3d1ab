import { permissionsOfRole, rolesOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';

const permissionCount = new Map(
  rolesOf(policy).map((role): [string, number] => [role, permissionsOfRole(policy, role).length]),
);

const rank = (role: string): number => permissionCount.get(role) ?? Number.MAX_SAFE_INTEGER;

/** Sorts tenant roles by the number of permissions that they grant. Roles that are not in the policy come last. */
export function weakestFirst(roles: Iterable<string>): string[] {
  return [...new Set(roles)].toSorted((one, other) => rank(one) - rank(other) || one.localeCompare(other));
}
