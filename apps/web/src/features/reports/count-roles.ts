import { roles as known } from '../../policy.ts';

interface RoleCount {
  readonly role: string;
  /** The number of users, not of assignments: a user counts once per role. */
  readonly count: number;
}

/** The position in the policy; roles that are not in the policy come last. */
function rank(role: string): number {
  const index = known.findIndex((candidate) => candidate === role);
  return index === -1 ? known.length : index;
}

/**
 * The number of users with each role: the policy's roles in its order, then other roles by name. Roles without users
 * are absent.
 */
export function countRoles(members: readonly { readonly roles: readonly string[] }[]): RoleCount[] {
  const counts = new Map<string, number>();
  for (const { roles } of members) {
    for (const role of new Set(roles)) counts.set(role, (counts.get(role) ?? 0) + 1);
  }
  return [...counts]
    .map(([role, count]) => ({ role, count }))
    .toSorted((a, b) => rank(a.role) - rank(b.role) || a.role.localeCompare(b.role));
}
