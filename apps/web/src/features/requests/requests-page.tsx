import { getRouteApi } from '@tanstack/react-router';
import { Inbox } from 'lucide-react';
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useChanges } from '../../api/use-changes.ts';
import { focusMain } from '../../ui/focus-main.ts';
import { EmptyState } from '../../ui/state-panel.tsx';
import { FilterChip, FilterChips } from '../../ui/chips.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { Problem } from '../../shared/problem.tsx';
import { ResultCount } from '../../ui/result-count.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { useRowKeys } from '../../ui/use-row-keys.ts';
import { listInput, type RequestsFilter } from './filters.ts';
import { RequestRow } from './request-row.tsx';
import { type ListedRequest, RequestsSkeleton } from './request-facts.tsx';
import type { Outcome } from './use-decide.ts';

const route = getRouteApi('/console/requests');

export function RequestsPage(): ReactNode {
  const { t } = useTranslation();
  const { status } = route.useSearch();
  useChanges('requests');
  const query = trpc.requests.list.useInfiniteQuery(listInput({ status }), {
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  const problem = useProblem(query);
  if (problem !== null) {
    return <Problem problem={problem} title={t('requests.failed.list')} />;
  }
  const requests = query.data?.pages.flatMap(({ items }) => items);
  return (
    <div className="max-w-4xl">
      <PageHeader title={t('requests.title')} purpose={t('requests.purpose')} />
      <Filters status={status} />
      <ResultCount count={status && requests?.length} hasMore={query.hasNextPage} />
      <Requests requests={requests} shown={status ?? 'open'} />
      <ShowMore query={query} />
    </div>
  );
}

const statuses = [undefined, 'approved', 'refused', 'withdrawn', 'all'] as const;

function Filters({ status: current }: RequestsFilter): ReactNode {
  const { t } = useTranslation();
  return (
    <FilterChips label={t('requests.filter')}>
      {statuses.map((status) => (
        <FilterChip
          key={status ?? 'open'}
          to="/requests"
          search={{ status }}
          label={t(`requests.status.${status ?? 'open'}`)}
          count={null}
          isChosen={status === current}
        />
      ))}
    </FilterChips>
  );
}

/** A decided request stays as a line until the filter changes, although the server no longer lists it. */
function Requests(props: {
  readonly requests: readonly ListedRequest[] | undefined;
  readonly shown: 'open' | NonNullable<RequestsFilter['status']>;
}): ReactNode {
  const { requests = [], shown } = props;
  const { t } = useTranslation();
  const [decidedIn, setDecidedIn] = useState(shown);
  const [decided, setDecided] = useState<readonly ListedRequest[]>([]);
  /** The requests whose form is open. */
  const [begun, setBegun] = useState<readonly ListedRequest[]>([]);
  if (decidedIn !== shown) {
    setDecidedIn(shown);
    setDecided([]);
  }
  const known = new Set([...decided, ...requests].map(({ id }) => id));
  // A row with an open form stays, even if it does not match the filter or another approver has decided it.
  const missing = begun.filter(({ id }) => !known.has(id));
  const isDecided = new Set(decided.map(({ id }) => id));
  const rows = [...requests.filter(({ id }) => !isDecided.has(id)), ...decided, ...missing].toSorted(
    newestFirst,
  );
  const [list] = useRowKeys<HTMLOListElement>({ count: rows.length });
  const isLoading = props.requests === undefined;
  if (rows.length === 0) {
    if (isLoading) return <RequestsSkeleton />;
    return <EmptyState icon={Inbox} title={t(`requests.empty.${shown}`)} how={t('requests.emptyHow')} />;
  }
  const setHasBegun = (request: ListedRequest, hasBegun: boolean): void =>
    setBegun((before) => [...before.filter(({ id }) => id !== request.id), ...(hasBegun ? [request] : [])]);
  const storeOutcome = (request: ListedRequest, outcome: Outcome): void => {
    setHasBegun(request, false);
    setDecided((before) => [...before.filter(({ id }) => id !== request.id), { ...request, ...outcome }]);
  };
  const drop = (request: ListedRequest): void =>
    setDecided((before) => before.filter(({ id }) => id !== request.id));
  return (
    <>
      <ol
        ref={list}
        aria-label={t('requests.title')}
        className="divide-y divide-line rounded-card border border-line bg-surface"
      >
        {rows.map((request, index) => (
          <RequestRow
            key={request.id}
            index={index}
            request={request}
            onDecided={(outcome) => storeOutcome(request, outcome)}
            onUndone={() => drop(request)}
            onBegin={(hasBegun) => {
              // The row disappears, so the page takes the focus.
              if (!hasBegun && missing.includes(request)) focusMain();
              setHasBegun(request, hasBegun);
            }}
          />
        ))}
      </ol>
      {isLoading && <RequestsSkeleton />}
      {rows.some(({ status, canDecide }) => status === 'open' && canDecide) && (
        <p className="mt-3 hidden text-sm text-muted pointer-fine:block">{t('requests.keys')}</p>
      )}
      {missing.map((request) => (
        <DecidedElsewhere
          key={request.id}
          request={request}
          onKnown={(outcome) => storeOutcome(request, outcome)}
        />
      ))}
      <output className="sr-only">
        {decided.length > 0 && t('requests.decidedCount', { count: decided.length })}
      </output>
    </>
  );
}

function DecidedElsewhere(props: {
  readonly request: ListedRequest;
  readonly onKnown: (outcome: Outcome) => void;
}): ReactNode {
  const { data } = trpc.requests.get.useQuery({ id: props.request.id });
  const onKnown = useEffectEvent(props.onKnown);
  useEffect(() => {
    if (data !== undefined && data.status !== 'open') onKnown(data);
  }, [data]);
  return null;
}

function newestFirst(one: ListedRequest, other: ListedRequest): number {
  return other.createdAt.localeCompare(one.createdAt) || other.id.localeCompare(one.id);
}
