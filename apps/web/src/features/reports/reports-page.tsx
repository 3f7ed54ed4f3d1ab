import { getRouteApi, Link } from '@tanstack/react-router';
import { FileText, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useGate } from '../../permissions.ts';
import { buttonClass } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { filterChip, filterChipActive } from '../../components/filter-chip.ts';
import { GateButton } from '../../components/gate-button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Problem } from '../../components/problem.tsx';
import { RowsSkeleton } from '../../components/rows-skeleton.tsx';
import { ShowMore } from '../../components/show-more.tsx';
import { ReportRows } from './report-rows.tsx';
import type { ReportsFilter } from './filters.ts';

const route = getRouteApi('/console/reports');

/** The reports that this person may read: published ones, and drafts that they may edit. */
export function ReportsPage(): ReactNode {
  const { t } = useTranslation();
  const { status, role } = route.useSearch();
  const filter = { status, role };
  const reports = trpc.reports.list.useInfiniteQuery(filter, {
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  const problem = useProblem(reports);
  const items = reports.data?.pages.flatMap((page) => page.items);

  if (problem !== null) {
    return <Problem error={problem.error} title={t('reports.failed')} onRetry={problem.retry} />;
  }
  return (
    <>
      <PageHeader title={t('reports.title')} purpose={t('reports.purpose')} actions={<NewReport />} />
      <Filters current={filter} />
      {items === undefined ? (
        <RowsSkeleton />
      ) : items.length === 0 && !reports.hasNextPage ? (
        <NoReports filter={filter} />
      ) : (
        <ReportRows reports={items} />
      )}
      <ShowMore query={reports} />
    </>
  );
}

function NewReport(): ReactNode {
  const { t } = useTranslation();
  const gate = useGate(trpc.reports.create);
  return (
    <GateButton gate={gate} label={t('reports.create')}>
      <Link to="/reports/new" className={buttonClass('primary')}>
        <Plus aria-hidden="true" className="size-4" />
        {t('reports.create')}
      </Link>
    </GateButton>
  );
}

function Filters({ current: { role } }: { readonly current: ReportsFilter }): ReactNode {
  const { t } = useTranslation();
  const choices: readonly { readonly search: ReportsFilter; readonly label: string }[] = [
    { search: {}, label: t('reports.all') },
    { search: { status: 'draft' }, label: t('reports.drafts') },
    { search: { status: 'published' }, label: t('reports.published') },
    { search: { role: 'owner' }, label: t('reports.with.owner') },
    ...(role === undefined || role === 'owner'
      ? []
      : [{ search: { role }, label: t(`reports.with.${role}`) }]),
  ];
  return (
    <nav aria-label={t('reports.filter')} className="mb-4">
      <ul className="flex flex-wrap gap-2">
        {choices.map((choice) => (
          <li key={choice.label}>
            <Link
              to="/reports"
              search={choice.search}
              activeOptions={filterChipActive}
              className={filterChip}
            >
              {choice.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function NoReports({ filter: { status, role } }: { readonly filter: ReportsFilter }): ReactNode {
  const { t } = useTranslation();
  const mayCreate = useGate(trpc.reports.create).state === 'allowed';
  if (status !== undefined || role !== undefined) {
    const [title, how] =
      role !== undefined
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
          <Link to="/reports" search={{}} className={buttonClass('secondary')}>
            {t('reports.showAll')}
          </Link>
        }
      />
    );
  }
  return (
    <EmptyState
      icon={FileText}
      title={t('reports.empty')}
      how={mayCreate ? t('reports.emptyHow') : t('reports.emptyReader')}
    />
  );
}
