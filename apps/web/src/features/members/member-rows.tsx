import { Link, useRouteContext } from '@tanstack/react-router';
import { ArrowDown, ArrowUp, CloudAlert } from 'lucide-react';
import { lazy, useEffect, useState, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ViewAsItem } from '../../shared/view-as/view-as.tsx';
import { Button } from '../../ui/button.tsx';
import { LazyPopup } from '../../ui/lazy.tsx';
import { tableFrame, tableHead } from '../../ui/row-table.tsx';
import { useRowKeys } from '../../ui/use-row-keys.ts';
import { useVirtualRows } from '../../ui/use-virtual-rows.ts';
import { listInput, pageSize, type MembersFilter } from './filters.ts';
import { columns, MemberCells, MissingCells, type Column } from './member-row.tsx';
import { isViewable, type Member, type MembersPage } from './member.ts';
import { row, rowPixels } from './row-layout.ts';
import { useMemberPages } from './use-member-pages.ts';

const loadMenu = () => import('./roles-menu.tsx');
const RolesMenu = lazy(loadMenu);

/** Rows to render beyond the viewport, for the keyboard and fast scrolling. */
const overscan = 8;

/** Virtualized: only visible rows are in the document, and only their pages are refetched. */
export function MemberRows(props: {
  readonly filter: MembersFilter;
  readonly first: MembersPage;
  readonly found: number | undefined;
  readonly selected: ReadonlySet<string>;
  /** Absent for users who cannot remove members. */
  readonly onSelect: ((subject: string) => void) | undefined;
}): ReactNode {
  const { filter, first, found, selected, onSelect } = props;
  const { t } = useTranslation();
  const pages = useMemberPages(listInput(filter), first);
  const count = countOf(first, found);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const closeMenu = (): void => setMenu((before) => before && { ...before, open: false });
  const { person } = useRouteContext({ from: '/console' });
  const mayAssign = useGate(trpc.members.assign, { subject: 'nobody', role: 'viewer' }).state === 'allowed';
  const { frame, virtualizer, visible, above, below } = useVirtualRows({
    count,
    estimateSize: rowPixels,
    overscan,
    // The top bar and the table's head.
    scrollPaddingStart: 96,
  });
  useEffect(() => {
    // A row is taller on a small screen.
    const resized = (): void => virtualizer.measure();
    addEventListener('resize', resized);
    return () => removeEventListener('resize', resized);
  }, [virtualizer]);
  pages.show({
    from: visible[0]?.index ?? 0,
    to: visible.at(-1)?.index ?? 0,
    count,
    isScrolling: virtualizer.isScrolling,
  });
  const [body] = useRowKeys<HTMLTableSectionElement>({ count, scrollTo: virtualizer.scrollToIndex });
  return (
    <div ref={frame} className={tableFrame}>
      <table
        aria-rowcount={found === undefined ? -1 : count + 1}
        className="w-full table-fixed border-collapse tabular-nums"
      >
        <caption className="sr-only">{t('members.title')}</caption>
        <colgroup>
          {columns.map(({ key, width = '', hidden = '' }) => (
            <col key={key} className={`${width} ${hidden}`} />
          ))}
        </colgroup>
        <thead className="sr-only lg:not-sr-only lg:table-header-group">
          <tr>
            {columns.map((column) => (
              <ColumnHead key={column.key} column={column} filter={filter} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Gap height={above} />
          {visible.map(({ index, key }) => {
            const member = pages.at(index);
            return (
              // One element while it loads and after, because it may have the focus.
              <tr
                key={key}
                data-index={index}
                aria-rowindex={index + 2}
                aria-busy={member === undefined && !pages.hasFailed(index)}
                tabIndex={-1}
                className={row}
              >
                {member === undefined ? (
                  <MissingCells hasFailed={pages.hasFailed(index)} />
                ) : (
                  <MemberCells
                    member={member}
                    isSelected={selected.has(member.subject)}
                    {...(onSelect !== undefined && { onSelect: () => onSelect(member.subject) })}
                    {...(mayAssign && {
                      rolesMenu: {
                        isOpen: menu?.open === true && menu.member.subject === member.subject,
                        load: loadMenu,
                        onOpen: (anchor) => setMenu({ member, anchor, open: true }),
                      },
                    })}
                  />
                )}
              </tr>
            );
          })}
          <Gap height={below} />
        </tbody>
      </table>
      {pages.retry !== null && (
        <p
          role="alert"
          className="sticky bottom-0 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-b-card border-t border-line bg-surface px-4 py-2.5"
        >
          <span className="inline-flex items-center gap-2">
            <CloudAlert aria-hidden="true" className="size-4 shrink-0 text-unknown" />
            {t('members.failed.more')}
          </span>
          <Button onClick={pages.retry}>{t('error.retry')}</Button>
        </p>
      )}
      <LazyPopup popup={menu && { ...menu, onClose: closeMenu }}>
        {({ member, ...shown }) => (
          <RolesMenu
            {...shown}
            member={pages.find(member.subject) ?? member}
            container={frame}
            more={isViewable(member, person) && <ViewAsItem subject={member.subject} />}
          />
        )}
      </LazyPopup>
    </div>
  );
}

/** Placeholder rows below the first page while the total is unknown. */
const waitingRows = 3;

/** The length of the only page is more accurate than a total that was counted at another time. */
function countOf({ members }: MembersPage, found: number | undefined): number {
  if (members.length < pageSize) return members.length;
  return Math.max(pageSize, found ?? pageSize + waitingRows);
}

interface OpenMenu {
  readonly member: Member;
  readonly anchor: HTMLElement;
  readonly open: boolean;
}

/** Replaces rows outside the document. A `colspan` would create the columns that small screens hide. */
function Gap({ height }: { readonly height: number }): ReactNode {
  if (height <= 0) return null;
  return (
    <tr aria-hidden="true">
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- a gap, not a control */}
      <td style={{ height }} className="p-0" />
    </tr>
  );
}

function ColumnHead(props: { readonly column: Column; readonly filter: MembersFilter }): ReactNode {
  const { column, filter } = props;
  const { t } = useTranslation();
  const label = t(`members.column.${column.key}`);
  const className = `${tableHead} ${column.hidden ?? ''}`;
  if (column.sort === undefined) {
    return (
      <th scope="col" className={className}>
        {column.key === 'actions' ? <span className="sr-only">{label}</span> : label}
      </th>
    );
  }
  const { sort = 'name', direction = 'asc' } = filter;
  const isSorted = sort === column.sort;
  const other = direction === 'asc' ? 'desc' : 'asc';
  const Arrow = direction === 'asc' ? ArrowUp : ArrowDown;
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (direction === 'asc' ? 'ascending' : 'descending') : 'none'}
      className={className}
    >
      <Link
        to="/members"
        search={{
          ...filter,
          sort: column.sort,
          direction: isSorted ? other : (column.firstDirection ?? 'asc'),
        }}
        activeProps={{}}
        className="inline-flex h-8 items-center gap-1 rounded-control hover:text-ink"
      >
        {label}
        {isSorted && <Arrow aria-hidden="true" className="size-3.5" />}
      </Link>
    </th>
  );
}
