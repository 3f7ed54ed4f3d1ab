import { Link } from '@tanstack/react-router';
import { Inbox, MailWarning, RotateCcw } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { retryInterval, retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { buttonClass, Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { Problem } from '../../shared/problem.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { DeliveryFilters } from './delivery-filters.tsx';
import { DeliveryRows } from './delivery-rows.tsx';
import type { SyncFilter } from './filters.ts';
import type { SyncStatus, DeliverySummary } from './sync-status.ts';
import { useGate } from '../../api/permissions.ts';
import { Callout } from '../../ui/callout.tsx';
import { GateButton } from '../../shared/gate-button.tsx';
import { failureText } from './failure-text.tsx';
import { useReplay } from './replay-button.tsx';

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
          <Problem problem={problem} title={t('sync.deliveriesFailed')} />
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

/** Above the dead letters: their number, why the visible ones failed, what to do, and a button that replays all of them. */
function DeadLetters(props: {
  readonly count: number;
  readonly shown: readonly DeliverySummary[];
}): ReactNode {
  const { count, shown } = props;
  const { t } = useTranslation();
  const gate = useGate(trpc.sync.replay, undefined);
  const replay = useReplay();
  const codes = new Set(shown.flatMap(({ outcome }) => (outcome?.kind === 'error' ? [outcome.code] : [])));
  const label = t('sync.replayAll', { count });
  return (
    <Callout
      tone="denied"
      icon={MailWarning}
      title={t('sync.deadBand', { count })}
      action={
        <GateButton gate={gate} label={label}>
          <Button disabled={replay.isPending} onClick={() => replay.mutate({ dead: true })} icon={RotateCcw}>
            {label}
          </Button>
        </GateButton>
      }
    >
      <ul className="mt-1 flex flex-col gap-1">
        {[...codes].map((code) => {
          const { why, todo } = failureText(code, t);
          return (
            <li key={code}>
              <span className="font-medium">{why}.</span> {todo}
            </li>
          );
        })}
      </ul>
    </Callout>
  );
}
