import { Link } from '@tanstack/react-router';
import { Inbox } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { retryInterval, retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { buttonClass } from '../../components/button.tsx';
import { EmptyState } from '../../components/state-panel.tsx';
import { Problem } from '../../components/problem.tsx';
import { RowsSkeleton } from '../../components/rows-skeleton.tsx';
import { ShowMore } from '../../components/show-more.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { DeliveryFilters } from './delivery-filters.tsx';
import { DeliveryRows } from './delivery-rows.tsx';
import type { SyncFilter } from './filters.ts';
import type { SyncStatus } from './sync-status.ts';

/**
 * The deliveries from Logto that match the filter, newest first. Refetched when the counts change, and while one is
 * pending.
 */
export function Deliveries(props: {
  readonly filter: SyncFilter;
  readonly counts: SyncStatus['deliveries'] | undefined;
}): ReactNode {
  const { filter, counts } = props;
  const { t } = useTranslation();
  const deliveries = trpc.sync.deliveries.useInfiniteQuery(filter, {
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // A failed attempt changes no count.
    refetchInterval: ({ state: { data, error } }) =>
      data?.pages.some(({ items }) => items.some(({ status }) => status === 'pending')) === true
        ? retryInterval
        : retryIntervalAfter(error),
  });
  const problem = useProblem(deliveries);
  const items = deliveries.data?.pages.flatMap((page) => page.items);
  useRefetchWhenChanged(counts, () => void deliveries.refetch());
  return (
    <section aria-labelledby="deliveries" className="min-w-0">
      <h2 id="deliveries" className="mb-3 text-md font-semibold">
        {t('sync.deliveries')}
      </h2>
      <DeliveryFilters filter={filter} counts={counts} />
      {filter.status === 'failed' && counts !== undefined && counts.failed > 0 && (
        <DeadLetters count={counts.failed} shown={items ?? []} />
      )}
      {items === undefined ? (
        problem === null ? (
          <RowsSkeleton />
        ) : (
          <Problem error={problem.error} title={t('sync.deliveriesFailed')} onRetry={problem.retry} />
        )
      ) : items.length === 0 ? (
        <NoDeliveries filter={filter} />
      ) : (
        <DeliveryRows deliveries={items} />
      )}
      <ShowMore query={deliveries} />
    </section>
  );
}

function useRefetchWhenChanged(counts: SyncStatus['deliveries'] | undefined, refetch: () => void): void {
  const now = counts && JSON.stringify(counts);
  const seen = useRef(now);
  useEffect(() => {
    if (seen.current !== undefined && now !== undefined && now !== seen.current) refetch();
    seen.current = now;
  });
}

function NoDeliveries({ filter: { status, event, subject } }: { readonly filter: SyncFilter }): ReactNode {
  const { t } = useTranslation();
  if (status === undefined && event === undefined && subject === undefined) {
    return <EmptyState icon={Inbox} title={t('sync.empty')} how={t('sync.emptyHow')} />;
  }
  const onlyDead = status === 'failed' && event === undefined && subject === undefined;
  return (
    <EmptyState
      icon={Inbox}
      title={onlyDead ? t('sync.noneDead') : t('sync.noneMatch')}
      how={onlyDead ? t('sync.noneDeadHow') : t('sync.noneMatchHow')}
      action={
        <Link to="/sync" search={{}} className={buttonClass('secondary')}>
          {t('sync.showAll')}
        </Link>
      }
    />
  );
}
