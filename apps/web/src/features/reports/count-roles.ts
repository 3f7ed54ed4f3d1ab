import { roles as known } from '../../policy.ts';

export interface RoleCount {
  readonly role: string;
  /** People, not assignments: one person counts once per role. */
  readonly count: number;
}

/** The policy's order; what it does not name comes last. */
function rank(role: string): number {
  const index = known.findIndex((candidate) => candidate === role);
  return index === -1 ? known.length : index;
}

/** How many hold each role: the policy's roles in its order, then any other by name. Roles that nobody holds are absent. */
export function countRoles(members: readonly { readonly roles: readonly string[] }[]): RoleCount[] {
  const counts = new Map<string, number>();
  for (const { roles } of members) {
    for (const role of new Set(roles)) counts.set(role, (counts.get(role) ?? 0) + 1);
  }
  return [...counts]
    .map(([role, count]) => ({ role, count }))
    .toSorted((a, b) => rank(a.role) - rank(b.role) || a.role.localeCompare(b.role));
}
