import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { buttonClass } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { useNow } from '../../ui/time.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { namesIn } from '../../shared/events/event-labels.tsx';
import { barsOf } from './bars.ts';
import { EventChart } from './event-chart.tsx';
import { EventRows } from '../../shared/events/event-rows.tsx';
import { ExportMenu } from '../../shared/export/export-menu.tsx';
import { chartInput, eventsOf, listInput, timeOf, timeStep } from './audit-questions.ts';
import { useChanges } from '../../api/use-changes.ts';

const route = getRouteApi('/console/audit');

export function AuditPage(): ReactNode {
  const { t } = useTranslation();
  const filter = route.useSearch();
  const now = useNow(timeStep);
  useChanges('audit');
  const query = trpc.audit.list.useInfiniteQuery(listInput(filter, now), {
    getNextPageParam: ({ next }) => next ?? undefined,
    initialCursor: undefined,
    placeholderData: keepPreviousData,
  });
  const chart = trpc.audit.histogram.useQuery(chartInput(filter, now), { placeholderData: keepPreviousData });
  const problem = useProblem(query);
  if (problem !== null) return <Problem problem={problem} title={t('audit.failed.list')} />;
  const pages = query.data?.pages;
  const names = namesIn(pages);
  const events = pages?.flatMap((page) => page.events);
  return (
    <div className="max-w-5xl">
      <PageHeader
        title={t('audit.title')}
        purpose={t('audit.purpose')}
        actions={
          <ExportMenu source="audit/export" formats={['csv', 'jsonl']} filter={eventsOf(filter, now)} />
        }
      />
      <AuditFilters filter={filter} names={names} />
      {chart.data === undefined ? (
        <span aria-busy="true" className="skeleton mb-6 block h-67 rounded-card sm:h-62" />
      ) : (
        <EventChart bars={barsOf(chart.data, timeOf(filter, now))} />
      )}
      {events === undefined ? (
        <RowsSkeleton />
      ) : events.length === 0 ? (
        <EmptyState
          icon={ScrollText}
          title={t('audit.empty.title')}
          how={t('audit.empty.how')}
          action={
            <Link to="/audit" search={{}} className={buttonClass('secondary')}>
              {t('audit.empty.all')}
            </Link>
          }
        />
      ) : (
        <EventRows events={events} names={names} />
      )}
      <ShowMore query={query} />
    </div>
  );
}
