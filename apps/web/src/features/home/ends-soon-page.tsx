import { getRouteApi } from '@tanstack/react-router';
import { CalendarCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useChanges } from '../../api/use-changes.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RadioChips } from '../../ui/chips.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { EndRows } from './ends-soon.tsx';
import { defaultDays, endPeriods } from './filters.ts';

const route = getRouteApi('/console/home/ends-soon');

export function EndsSoonPage(): ReactNode {
  const { t } = useTranslation();
  const { days = defaultDays } = route.useSearch();
  const navigate = route.useNavigate();
  useChanges('requests');
  const query = trpc.requests.ending.useInfiniteQuery(
    { days },
    { initialCursor: 0, getNextPageParam: ({ next }) => next ?? undefined },
  );
  const problem = useProblem(query);
  const rows = query.data?.pages.flatMap(({ items }) => items);
  return (
    <>
      <PageHeader title={t('home.ends.title')} purpose={t('home.ends.purpose')} />
      <div className="flex flex-col gap-6">
        <RadioChips
          label={t('home.ends.period')}
          choices={endPeriods.map((value) => ({ value, label: t('home.ends.days', { count: value }) }))}
          value={days}
          onChange={(value) => void navigate({ search: { days: value }, replace: true })}
        />
        {problem !== null ? (
          <Problem problem={problem} title={t('home.partFailed')} />
        ) : rows === undefined ? (
          <RowsSkeleton />
        ) : rows.length === 0 ? (
          <EmptyState
            icon={CalendarCheck}
            title={t('home.ends.none', { count: days })}
            how={t('home.ends.noneHow')}
          />
        ) : (
          <EndRows rows={rows} />
        )}
        <ShowMore query={query} />
      </div>
    </>
  );
}
