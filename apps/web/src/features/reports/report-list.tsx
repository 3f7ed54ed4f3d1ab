import { keepPreviousData } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { FileText } from 'lucide-react';
import type { ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Problem } from '../../shared/problem.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { chipRow, FilterChip, FilterChips } from '../../ui/chips.tsx';
import { ResultCount } from '../../ui/result-count.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { ChipSelect } from '../../ui/select.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import {
  classifications,
  countsInput,
  isFiltered,
  listInput,
  maxSearchLength,
  shareRoles,
  sorts,
  statuses,
  type ReportsFilter,
} from './filters.ts';
import type { ReportCounts, ReportSummary } from './kinds/report-kind.tsx';
import { ReportRows } from './report-rows.tsx';

export function ReportList(props: {
  /** Shown above the list. If the list cannot be loaded, the error replaces the header too. */
  readonly header: ReactNode;
  readonly filter: ReportsFilter;
  readonly collection?: string;
  readonly onRemove?: ((report: ReportSummary) => void) | undefined;
  readonly empty: { readonly title: string; readonly how: string };
  /** Shown between the filters and the rows. `undefined` means that it is loading; the rows wait for it. */
  readonly above: ReactNode;
  readonly children?: ReactNode;
}): ReactNode {
  const { header, filter, collection, onRemove, empty, above, children } = props;
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = (text: string): void =>
    void navigate({
      to: '.',
      search: (before) => ({ ...before, search: text || undefined }),
      replace: true,
    });
  const reports = trpc.reports.list.useInfiniteQuery(listInput(filter, collection), {
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // While another filter is loading, the previous rows remain.
    placeholderData: keepPreviousData,
  });
  // Requested after the rows, which would otherwise wait for the count in the same batch.
  const counts = trpc.reports.counts.useQuery(countsInput(filter, collection), {
    enabled: reports.data !== undefined && !reports.isPlaceholderData,
    placeholderData: keepPreviousData,
  });
  const problem = useProblem(reports);
  const items = above === undefined ? undefined : reports.data?.pages.flatMap((page) => page.items);

  if (problem !== null) {
    return <Problem problem={problem} title={t('reports.failed')} />;
  }
  return (
    <>
      {header}
      <SearchField
        search={filter.search ?? ''}
        label={t('reports.search')}
        hint={t('reports.searchHint')}
        maxLength={maxSearchLength}
        onSearch={search}
      />
      <ReportFilters filter={filter} counts={counts.data} />
      <ResultCount count={isFiltered(filter) && !counts.isPlaceholderData ? counts.data?.found : undefined} />
      {items !== undefined && above}
      {items === undefined ? (
        <RowsSkeleton />
      ) : items.length === 0 && !reports.hasNextPage ? (
        !reports.isPlaceholderData && <NoReports filter={filter} empty={empty} />
      ) : (
        <div aria-busy={reports.isPlaceholderData} className={reports.isPlaceholderData ? 'opacity-60' : ''}>
          <ReportRows reports={items} onRemove={onRemove} />
        </div>
      )}
      <ShowMore query={reports} />
      {reports.data?.pages[0]?.confidentialHidden === true && (
        <p className="mt-4 text-sm text-muted">{t('reports.confidentialHidden')}</p>
      )}
      {children}
    </>
  );
}

function NoReports(props: {
  readonly filter: ReportsFilter;
  readonly empty: { readonly title: string; readonly how: string };
}): ReactNode {
  const { filter, empty } = props;
  const { t } = useTranslation();
  const { status, role, classification, owner, search, sort } = filter;
  if (!isFiltered(filter)) return <EmptyState icon={FileText} {...empty} />;
  const isOneFilter =
    [status, role, classification, owner, search].filter((one) => one !== undefined).length === 1;
  const [title, how] =
    !isOneFilter || search !== undefined || classification !== undefined
      ? [t('reports.noMatch'), t('reports.noMatchHow')]
      : owner !== undefined
        ? [t('reports.allOwned'), t('reports.allOwnedHow')]
        : role !== undefined
          ? [t(`reports.without.${role}`), t('reports.withoutHow')]
          : status === 'draft'
            ? [t('reports.noDrafts'), t('reports.noDraftsHow')]
            : [t('reports.noPublished'), t('reports.noPublishedHow')];
  return (
    <EmptyState
      icon={FileText}
      title={title}
      how={how}
      action={
        <Link to="." search={{ sort }} className={buttonClass('secondary')}>
          {t('reports.showAll')}
        </Link>
      }
    />
  );
}

/** In each group, at most one chip is active. */
function ReportFilters(props: {
  readonly filter: ReportsFilter;
  /** The number of reports for each chip, independent of the other groups. `undefined`: loading; `null`: unavailable. */
  readonly counts: ReportCounts | null | undefined;
}): ReactNode {
  const { filter, counts } = props;
  const { t } = useTranslation();
  const { status, role, classification, owner } = filter;
  const isAdministrator = useGate(trpc.collections.create, undefined).state === 'allowed';
  const chips = [
    {
      search: { status: undefined, role: undefined, classification: undefined, owner: undefined },
      label: t('reports.all'),
      count: counts?.all,
      isChosen: [status, role, classification, owner].every((one) => one === undefined),
    },
    ...statuses.map((one) => ({
      search: { status: one === status ? undefined : one },
      label: t(`reports.statuses.${one}`),
      count: counts?.[one],
      isChosen: one === status,
    })),
    ...shareRoles.map((one) => ({
      search: { role: one === role ? undefined : one },
      label: t(`reports.with.${one}`),
      count: counts?.roles[one],
      isChosen: one === role,
    })),
    ...classifications.map((one) => ({
      search: { classification: one === classification ? undefined : one },
      label: t(`reports.classification.${one}`),
      count: counts?.[one],
      isChosen: one === classification,
    })),
    // Without a count, for which the server would read all owners.
    ...(isAdministrator || owner !== undefined
      ? [
          {
            search: { owner: owner === undefined ? ('none' as const) : undefined },
            label: t('reports.noOwner'),
            count: null,
            isChosen: owner !== undefined,
          },
        ]
      : []),
  ];
  return (
    <div className="mb-4 print:hidden">
      <div className={chipRow}>
        <FilterChips label={t('reports.filter')} inRow>
          {chips.map(({ search, count, ...chip }) => (
            <FilterChip
              key={chip.label}
              to="."
              search={{ ...filter, ...search }}
              count={counts === null ? null : count}
              {...chip}
            />
          ))}
        </FilterChips>
        <SortSelect filter={filter} />
      </div>
    </div>
  );
}

function SortSelect({ filter }: { readonly filter: ReportsFilter }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <ChipSelect
      label={t('reports.sort')}
      any={t('reports.sorts.newest')}
      value={filter.sort}
      choices={sorts}
      nameOf={(sort) => t(`reports.sorts.${sortNamed(sort)}`)}
      onChange={(sort) =>
        void navigate({
          to: '.',
          search: { ...filter, sort: sort === undefined ? undefined : sortNamed(sort) },
        })
      }
    />
  );
}

function sortNamed(name: string): (typeof sorts)[number] {
  return sorts.find((sort) => sort === name) ?? 'oldest';
}
