import { Link } from '@tanstack/react-router';
import { UsersRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../components/empty-state.tsx';
import { filterChip, filterChipActive } from '../../components/filter-chip-style.ts';
import { Person } from '../../components/person.tsx';
import { RoleBadge } from '../../components/role-badge.tsx';
import { countRoles } from './count-roles.ts';
import { useRoleName } from './use-role-name.ts';
import { tableFrame, tableHead } from '../../components/table-style.ts';

export interface Member {
  readonly key: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly isMachine?: boolean | undefined;
  readonly roles: readonly string[];
}

/** Who has which role. `role` filters by one role; each filter chip has a count. */
export function MembersTable({
  members,
  role,
}: {
  readonly members: readonly Member[];
  readonly role: string | undefined;
}): ReactNode {
  const { t } = useTranslation();
  if (members.length === 0) {
    return (
      <EmptyState
        icon={UsersRound}
        title={t('reports.report.people', { count: 0 })}
        how={t('reports.report.nobody')}
      />
    );
  }
  const shown = role === undefined ? members : members.filter(({ roles }) => roles.includes(role));
  return (
    <>
      <RoleFilter members={members} />
      <div className={tableFrame}>
        <table className="w-full table-fixed border-collapse">
          <caption className="sr-only">{t('reports.kindPurpose.access-review')}</caption>
          <thead>
            <tr>
              <th scope="col" className={tableHead}>
                {t('reports.report.person')}
              </th>
              <th scope="col" className={`${tableHead} hidden w-2/5 sm:table-cell`}>
                {t('reports.report.roles')}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((member) => (
              <tr key={member.key} className="border-b border-line last:border-b-0">
                <th scope="row" className="px-4 py-2.5 text-left font-normal">
                  <Person person={member} detailed />
                  <div className="mt-1.5 sm:hidden">
                    <Roles roles={member.roles} />
                  </div>
                </th>
                <td className="hidden px-4 py-2.5 sm:table-cell">
                  <Roles roles={member.roles} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Roles({ roles }: { readonly roles: readonly string[] }): ReactNode {
  const { t } = useTranslation();
  if (roles.length === 0) return <span className="text-muted">{t('reports.report.noRoles')}</span>;
  return (
    <ul className="flex flex-wrap gap-1.5">
      {roles.map((held) => (
        <li key={held}>
          <RoleBadge role={held} />
        </li>
      ))}
    </ul>
  );
}

function RoleFilter({ members }: { readonly members: readonly Member[] }): ReactNode {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const counts = countRoles(members);
  const choices = [
    { role: undefined, label: t('reports.report.everyone'), count: members.length },
    ...counts.map(({ role: held, count }) => ({ role: held, label: roleName(held), count })),
  ];
  return (
    <nav aria-label={t('reports.report.filter')} className="mb-4 print:hidden">
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
