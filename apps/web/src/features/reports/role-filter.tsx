import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { FilterChip } from '../../ui/filter-chip.tsx';
import { roleName } from '../../shared/role-badge.tsx';
import { countRoles } from './count-roles.ts';

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
