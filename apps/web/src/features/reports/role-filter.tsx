import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { FilterChip } from '../../ui/filter-chip.tsx';
import { roleName } from '../../shared/role-badge.tsx';
import { roles as known } from '../../policy.ts';

/** Filters users by role; each chip has its count. */
export function RoleFilter({
  role,
  rows,
}: {
  /** The selected role. */
  readonly role: string | undefined;
  readonly rows: readonly { readonly roles: readonly string[] }[];
}): ReactNode {
  const { t } = useTranslation();
  const choices = [
    { role: undefined, label: t('report.page.everyone'), count: rows.length },
    ...countRoles(rows).map((one) => ({ ...one, label: roleName(one.role, 'organization', t) })),
  ];
  return (
    <nav aria-label={t('report.page.filter')} className="mb-4 print:hidden">
      <ul className="flex flex-wrap gap-2">
        {choices.map((choice) => (
          <li key={choice.role ?? ''}>
            <FilterChip
              from="/reports/$reportId"
              search={{ role: choice.role }}
              label={choice.label}
              count={choice.count}
              isChosen={choice.role === role}
            />
          </li>
        ))}
      </ul>
    </nav>
  );
}

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
