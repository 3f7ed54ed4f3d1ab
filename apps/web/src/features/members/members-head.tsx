import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { tableHead } from '../../ui/row-table.tsx';
import type { MembersFilter, SortKey } from './filters.ts';
import { columns } from './row-layout.ts';

export function MembersHead({ filter }: { readonly filter: MembersFilter }): ReactNode {
  const { t } = useTranslation();
  return (
    <thead className="sr-only md:not-sr-only md:table-header-group">
      <tr>
        <SortedHead filter={filter} column="name" label={t('members.column.member')} />
        <th scope="col" className={`${tableHead} ${columns.roles}`}>
          {t('members.column.roles')}
        </th>
        <SortedHead
          filter={filter}
          column="lastSignIn"
          label={t('members.column.lastSignIn')}
          className={columns.lastSignIn}
        />
        <th scope="col" className={`${tableHead} ${columns.status}`}>
          {t('members.column.status')}
        </th>
        <th scope="col" className={tableHead}>
          <span className="sr-only">{t('members.column.actions')}</span>
        </th>
      </tr>
    </thead>
  );
}

/** Sorts names ascending and times descending first; selecting the column again reverses it. */
const firstDirection = { name: 'asc', lastSignIn: 'desc' } as const satisfies Record<SortKey, 'asc' | 'desc'>;

function SortedHead(props: {
  readonly filter: MembersFilter;
  readonly column: SortKey;
  readonly label: string;
  readonly className?: string;
}): ReactNode {
  const { filter, column, label, className = '' } = props;
  const { sort = 'name', direction = 'asc' } = filter;
  const isSorted = sort === column;
  const other = direction === 'asc' ? 'desc' : 'asc';
  const Arrow = direction === 'asc' ? ArrowUp : ArrowDown;
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (direction === 'asc' ? 'ascending' : 'descending') : 'none'}
      className={`${tableHead} ${className}`}
    >
      <Link
        to="/members"
        search={{ ...filter, sort: column, direction: isSorted ? other : firstDirection[column] }}
        activeProps={{}}
        className="inline-flex h-8 items-center gap-1 rounded-control hover:text-ink"
      >
        {label}
        {isSorted && <Arrow aria-hidden="true" className="size-3.5" />}
      </Link>
    </th>
  );
}
