import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { lazy, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useGate } from '../../api/permissions.ts';
import { buttonClass } from '../../ui/button.tsx';
import { ExportMenu } from '../../shared/export/export-menu.tsx';
import { GateButton } from '../../shared/gate-button.tsx';
import { LazyPart } from '../../ui/lazy.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { Collections } from './collections.tsx';
import { collectionsInput, isFiltered, listInput } from './filters.ts';
import { ReportList } from './report-list.tsx';

// Loaded after the list, which does not need them.
const DeletedReports = lazy(() => import('./deleted-reports.tsx'));
const PrintLine = lazy(() => import('../../layout/print-line.tsx'));

const route = getRouteApi('/console/reports');

export function ReportsPage(): ReactNode {
  const { t } = useTranslation();
  const filter = route.useSearch();
  const create = useGate(trpc.reports.create, undefined);
  const collect = useGate(trpc.collections.create, undefined);
  const collections = trpc.collections.list.useQuery(collectionsInput(filter), {
    placeholderData: keepPreviousData,
  });
  const problem = useProblem(collections);
  // The filters other than the search and “No owner” apply only to reports.
  const areCollectionsShown = !isFiltered({ ...filter, search: undefined, owner: undefined });
  const isOwnerless = filter.owner === 'none';
  return (
    <ReportList
      header={
        <>
          <LazyPart>
            <PrintLine />
          </LazyPart>
          <PageHeader
            title={t('reports.title')}
            purpose={t('reports.purpose')}
            actions={
              <>
                <ExportMenu source="reports/export" formats={['csv', 'xlsx']} filter={listInput(filter)} />
                <GateButton gate={create} label={t('reports.create')}>
                  <Link to="/reports/new" className={buttonClass('primary')}>
                    <Plus aria-hidden="true" className="size-4" />
                    {t('reports.create')}
                  </Link>
                </GateButton>
              </>
            }
          />
        </>
      }
      filter={filter}
      empty={{
        title: t('reports.empty'),
        how: t(create.state === 'allowed' ? 'reports.emptyHow' : 'reports.emptyReader'),
      }}
      above={
        collections.isPending || collect.state === 'unknown' ? undefined : (
          <>
            {areCollectionsShown && (
              <Collections
                all={(collections.data ?? []).filter(({ owners }) => !isOwnerless || owners?.length === 0)}
                problem={problem}
                mayCreate={collect.state === 'allowed' && !isOwnerless}
              />
            )}
            <LazyPart>
              <DeletedReports />
            </LazyPart>
          </>
        )
      }
    />
  );
}
