import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { filterChip, filterChipActive } from '../../components/filter-chip-style.ts';
import { countRoles } from './count-roles.ts';
import { useRoleName } from './use-role-name.ts';

/** Filters users by role; each chip has its count. */
export function RoleFilter({
  rows,
}: {
  readonly rows: readonly { readonly roles: readonly string[] }[];
}): ReactNode {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const choices = [
    { role: undefined, label: t('report.page.everyone'), count: rows.length },
    ...countRoles(rows).map(({ role, count }) => ({ role, label: roleName(role), count })),
  ];
  return (
    <nav aria-label={t('report.page.filter')} className="mb-4 print:hidden">
      <ul className="flex flex-wrap gap-2">
        {choices.map((choice) => (
          <li key={choice.role ?? ''}>
            <Link
              from="/reports/$reportId"
              search={{ role: choice.role }}
              activeOptions={filterChipActive}
              className={filterChip}
            >
              {choice.label}
              <span className="tabular-nums">{choice.count}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
