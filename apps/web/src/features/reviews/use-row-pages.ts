import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useProblem, type LoadProblem } from '../../api/use-problem.ts';
import type { RowsInput } from './filters.ts';
import type { ReviewRow } from './review.ts';

/** Rows per page, and how many more are read, because rows of a filter come back when a decision is undone. */
const pageSize = 100;
const slack = 25;

/** Rows before the last loaded one at which the next page is loaded. */
const ahead = 20;

interface RowPages {
  /** `undefined` while the first page is loading. */
  readonly rows: readonly ReviewRow[] | undefined;
  /** All rows that match the filter. */
  readonly total: number;
  readonly problem: LoadProblem | null;
  /** The next page, as in an infinite query. */
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly isFetchNextPageError: boolean;
  readonly fetchNextPage: () => void;
  /** Reports the visible rows. Call it in an effect. */
  readonly show: (from: number, to: number) => void;
}

/**
 * The loaded rows, in pages by position. A page has a fixed first position, and only visible pages are refetched: with
 * many rows, a change by another reviewer must not load all of them again.
 */
export function useRowPages(input: RowsInput): RowPages {
  const utils = trpc.useUtils();
  const key = JSON.stringify(input);
  /** The position before each page of a filter. */
  const [loaded, load] = useState({ key, starts: [-1] });
  const starts = loaded.key === key ? loaded.starts : [-1];
  const [seen, see] = useState({ from: 0, to: 0 });
  const queries = useQueries({
    queries: starts.map((after, page) =>
      utils.reviews.rows.queryOptions(
        { ...input, after, limit: pageSize + slack },
        { enabled: page === starts.length - 1 || (page >= seen.from && page <= seen.to) },
      ),
    ),
  });
  const positionOf = ({ position, positionByRole }: ReviewRow): number =>
    input.by === 'user' ? position : positionByRole;
  const pages = queries.map(({ data }, page) => {
    const end = starts[page + 1];
    const items = data?.items ?? [];
    return end === undefined ? items.slice(0, pageSize) : items.filter((row) => positionOf(row) <= end);
  });
  const [first] = queries;
  const last = queries.at(-1);
  const lastRow = pages.at(-1)?.at(-1);
  const hasMore = (last?.data?.items.length ?? 0) > pageSize;
  const next = starts.length > 1 && last?.data === undefined ? last : undefined;
  const rows = pages.flat();
  const pageOf = (index: number): number => {
    let before = 0;
    return pages.findIndex((page) => index < (before += page.length));
  };
  const loadNext = (): void => {
    if (hasMore && lastRow !== undefined) load({ key, starts: [...starts, positionOf(lastRow)] });
  };
  return {
    rows: first?.data === undefined ? undefined : rows,
    total: first?.data?.total ?? 0,
    problem: useProblem(first ?? { data: null, error: null, errorUpdateCount: 0, refetch: () => {} }),
    hasNextPage: hasMore || next !== undefined,
    isFetchingNextPage: next !== undefined && next.error === null,
    isFetchNextPageError: next !== undefined && next.error !== null,
    fetchNextPage() {
      if (next === undefined) loadNext();
      else void next.refetch();
    },
    show(from, to) {
      if (to >= rows.length - ahead) loadNext();
      const visible = { from: pageOf(Math.max(from, 0)), to: pageOf(to) };
      if (visible.from !== seen.from || visible.to !== seen.to) see(visible);
    },
  };
}
