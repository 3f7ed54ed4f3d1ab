import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Plus, FileText } from 'lucide-react';
import { lazy, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useGate } from '../../api/permissions.ts';
import { buttonClass } from '../../ui/button.tsx';
import { ExportMenu } from '../../shared/export/export-menu.tsx';
import { GateButton } from '../../shared/gate-button.tsx';
import { LazyPart } from '../../ui/lazy.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { countsInput, isFiltered, listInput, longestSearch, type ReportsFilter } from './filters.ts';
import { ReportFilters } from './report-filters.tsx';
import { ReportRows } from './report-rows.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';

// Lazily loaded around the list.
const DeletedReports = lazy(() => import('./deleted-reports.tsx'));
const PrintLine = lazy(() => import('../../layout/print-line.tsx'));

const route = getRouteApi('/console/reports');

/** The reports that the user can view: published ones, and drafts that they can edit. */
export function ReportsPage(): ReactNode {
  const { t } = useTranslation();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const search = (text: string): void =>
    void navigate({ search: (before) => ({ ...before, search: text || undefined }), replace: true });
  const reports = trpc.reports.list.useInfiniteQuery(listInput(filter), {
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // While another filter is loading, the previous rows remain.
    placeholderData: keepPreviousData,
  });
  // After the rows: a combined response would wait for the count.
  const counts = trpc.reports.counts.useQuery(countsInput(filter), {
    enabled: reports.data !== undefined && !reports.isPlaceholderData,
    placeholderData: keepPreviousData,
  });
  const problem = useProblem(reports);
  const items = reports.data?.pages.flatMap((page) => page.items);

  if (problem !== null) {
    return <Problem problem={problem} title={t('reports.failed')} />;
  }
  return (
    <>
      <LazyPart>
        <PrintLine />
      </LazyPart>
      <PageHeader
        title={t('reports.title')}
        purpose={t('reports.purpose')}
        actions={
          <>
            <ExportMenu source="reports" formats={['csv', 'xlsx', 'json']} filter={listInput(filter)} />
            <NewReport />
          </>
        }
      />
      <SearchField
        search={filter.search ?? ''}
        label={t('reports.search')}
        hint={t('reports.searchHint')}
        clear={t('reports.clearSearch')}
        maxLength={longestSearch}
        onSearch={search}
      />
      <ReportFilters filter={filter} counts={counts.data} />
      <output className="sr-only">
        {isFiltered(filter) &&
          !counts.isPlaceholderData &&
          counts.data != null &&
          t('reports.found', { count: counts.data.found })}
      </output>
      {items !== undefined && (
        <LazyPart>
          <DeletedReports />
        </LazyPart>
      )}
      {items === undefined ? (
        <RowsSkeleton />
      ) : items.length === 0 && !reports.hasNextPage ? (
        !reports.isPlaceholderData && <NoReports filter={filter} />
      ) : (
        <div aria-busy={reports.isPlaceholderData} className={reports.isPlaceholderData ? 'opacity-60' : ''}>
          <ReportRows reports={items} />
        </div>
      )}
      <ShowMore query={reports} />
      {reports.data?.pages[0]?.confidentialHidden === true && (
        <p className="mt-4 text-sm text-muted">{t('reports.confidentialHidden')}</p>
      )}
    </>
  );
}

function NewReport(): ReactNode {
  const { t } = useTranslation();
  const gate = useGate(trpc.reports.create, undefined);
  return (
    <GateButton gate={gate} label={t('reports.create')}>
      <Link to="/reports/new" className={buttonClass('primary')}>
        <Plus aria-hidden="true" className="size-4" />
        {t('reports.create')}
      </Link>
    </GateButton>
  );
}

/** Replaces an empty list: there are no reports yet, or none match the filter, with a link to all of them. */
function NoReports({ filter }: { readonly filter: ReportsFilter }): ReactNode {
  const { t } = useTranslation();
  const mayCreate = useGate(trpc.reports.create, undefined).state === 'allowed';
  const { status, role, classification, search, collection, sort } = filter;
  if (!isFiltered(filter)) {
    return (
      <EmptyState
        icon={FileText}
        title={t('reports.empty')}
        how={mayCreate ? t('reports.emptyHow') : t('reports.emptyReader')}
      />
    );
  }
  const isOneFilter =
    [status, role, classification, search, collection].filter((one) => one !== undefined).length === 1;
  const [title, how] =
    !isOneFilter || search !== undefined || collection !== undefined || classification !== undefined
      ? [t('reports.noMatch'), t('reports.noMatchHow')]
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
        <Link to="/reports" search={{ sort }} className={buttonClass('secondary')}>
          {t('reports.showAll')}
        </Link>
      }
    />
  );
}
