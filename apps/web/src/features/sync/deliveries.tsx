import { Link } from '@tanstack/react-router';
import { Inbox, MailWarning, RotateCcw } from 'lucide-react';
import { Fragment, useEffect, useRef, type ReactNode } from 'react';
import { useGate } from '../../api/permissions.ts';
import { retryInterval, retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { GateButton } from '../../shared/gate-button.tsx';
import { Problem } from '../../shared/problem.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { cell, Row, rowLink, RowTable, stateCell, wideCell } from '../../ui/row-table.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { EmptyState } from '../../ui/state-panel.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { DeliveryFilters } from './delivery-filters.tsx';
import { DeliveryStatus } from './delivery-status.tsx';
import { failureText } from './failure-text.tsx';
import type { SyncFilter } from './filters.ts';
import { useReplay } from './replay-button.tsx';
import { SubjectsInShort } from './subject-name.tsx';
import type { DeliverySummary, SyncStatus } from './sync-status.ts';
import { useEventName } from './webhook-event-names.ts';

export function Deliveries(props: {
  readonly filter: SyncFilter;
  readonly counts: SyncStatus['deliveries'] | undefined;
}): ReactNode {
  const { filter, counts } = props;
  const { t } = useTranslation();
  const deliveries = trpc.sync.deliveries.useInfiniteQuery(filter, {
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // Polls while a delivery is pending, because a failed attempt changes no count.
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

/** On a small screen, the cell of the event contains everything except the status. */
function DeliveryRows({ deliveries }: { readonly deliveries: readonly DeliverySummary[] }): ReactNode {
  const { t } = useTranslation();
  const columns = [
    { label: t('sync.column.event') },
    { label: t('sync.column.about'), className: 'w-[20%]' },
    { label: t('sync.column.status'), className: 'w-[26%]' },
    { label: t('sync.column.received'), className: 'w-[18%] text-right' },
  ];
  return (
    <RowTable caption={t('sync.deliveries')} columns={columns}>
      {deliveries.map((delivery) => (
        <DeliveryRow key={delivery.id} delivery={delivery} />
      ))}
    </RowTable>
  );
}

function DeliveryRow({ delivery }: { readonly delivery: DeliverySummary }): ReactNode {
  const { id, event, source, status, attempts, outcome, receivedAt, subjects, names, subjectCount } =
    delivery;
  const { t } = useTranslation();
  const eventName = useEventName();
  const about = <SubjectsInShort subjects={subjects} names={names} count={subjectCount} />;
  const open = status === 'pending' || status === 'failed';
  const why = open && outcome?.kind === 'error' ? failureText(outcome.code, t).why : null;
  const tries = attempts > 1 ? t('sync.attempts', { count: attempts }) : null;
  return (
    <Row>
      <td className={cell}>
        <Link to="/sync/deliveries/$deliveryId" params={{ deliveryId: id }} className={rowLink}>
          {eventName(event)}
        </Link>
        <p className="hidden text-sm text-muted lg:block">
          <EventCode event={event} />
          {source === 'recovered' && ` · ${t('sync.recovered')}`}
        </p>
        <div className="text-sm text-muted lg:hidden print:hidden">
          <p>{about}</p>
          {why !== null && <p>{why}</p>}
          <p>
            {tries !== null && `${tries} · `}
            <RelativeTime at={receivedAt} />
          </p>
        </div>
      </td>
      <td className={`${wideCell} text-sm`}>
        <span className="line-clamp-2 wrap-anywhere print:line-clamp-none">{about}</span>
      </td>
      <td className={`${stateCell} max-lg:align-top`}>
        <DeliveryStatus status={status} attempts={attempts} />
        <div className="hidden text-sm text-muted lg:block">
          {why !== null && <p>{why}</p>}
          {tries !== null && <p>{tries}</p>}
        </div>
      </td>
      <td className={`${wideCell} text-right text-muted`}>
        <RelativeTime at={receivedAt} />
      </td>
    </Row>
  );
}

/** Logto's name for the event. A line may break after a dot. */
function EventCode({ event }: { readonly event: string }): ReactNode {
  return (
    <code className="font-mono text-xs break-words">
      {event.split('.').map((part, index) => (
        <Fragment key={part}>
          {index > 0 && (
            <>
              .<wbr />
            </>
          )}
          {part}
        </Fragment>
      ))}
    </code>
  );
}
