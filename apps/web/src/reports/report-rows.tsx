import type { AppRouter } from '@latchkey/server/router';
import { Link } from '@tanstack/react-router';
import type { inferRouterOutputs } from '@trpc/server';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Person } from '../pieces/person.tsx';
import { StatusBadge } from '../pieces/status-badge.tsx';
import { When } from '../pieces/when.tsx';
import { tableFrame, tableHead } from '../pieces/table-look.ts';

type ReportSummary = inferRouterOutputs<AppRouter>['reports']['list']['items'][number];

// On a small screen the owner and the time stand under the title, in its cell; the columns for them appear with the room.
const cell = 'h-13 px-4 py-2 align-middle';
const wide = `${cell} hidden md:table-cell`;

/** The whole row is the link's target; the link itself is the title, for the keyboard and for screen readers. */
export function ReportRows({ reports }: { readonly reports: readonly ReportSummary[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <Table>
      {reports.map(({ id, title, kind, status, owner, createdAt }) => (
        <tr
          key={id}
          className="relative border-b border-line transition-colors last:border-b-0 hover:bg-sunken/60"
        >
          <td className={cell}>
            <Link
              to="/reports/$reportId"
              params={{ reportId: id }}
              className="font-medium break-words after:absolute after:inset-0 after:rounded-card focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-brass-line"
            >
              {title}
            </Link>
            <p className="text-sm text-muted">
              {t(`kind.${kind}`)}
              <span className="md:hidden">
                {' · '}
                {owner.name !== null && `${owner.name} · `}
                <When at={createdAt} />
              </span>
            </p>
          </td>
          <td className={wide}>
            <Person person={owner} />
          </td>
          <td className={`${cell} w-0 pl-0 md:w-auto md:pl-4`}>
            <StatusBadge status={status} />
          </td>
          <td className={`${wide} text-right text-muted`}>
            <When at={createdAt} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Table({ children }: { readonly children: ReactNode }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={tableFrame}>
      <table className="w-full border-collapse tabular-nums">
        <caption className="sr-only">{t('reports.title')}</caption>
        <thead className="hidden md:table-header-group">
          <tr>
            <th scope="col" className={tableHead}>
              {t('reports.column.title')}
            </th>
            <th scope="col" className={`${tableHead} w-56`}>
              {t('reports.column.owner')}
            </th>
            <th scope="col" className={`${tableHead} w-36`}>
              {t('reports.column.status')}
            </th>
            <th scope="col" className={`${tableHead} w-40 text-right`}>
              {t('reports.column.created')}
            </th>
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
