import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useProblem, type LoadProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useFailureNotice } from '../../shared/failure.tsx';
import { notify } from '../../ui/notice.tsx';
import type { RowsInput } from './filters.ts';
import type { Decision, ReviewRow, RowsPage } from './review.ts';

/** Rows per page, and rows requested in addition, because an undone decision can bring rows back into the filter. */
const pageSize = 100;
const slack = 25;

/** The next page is loaded when a visible row is this close to the last loaded one. */
const ahead = 20;

interface RowPages {
  readonly rows: readonly ReviewRow[] | undefined;
  /** The number of rows that match the filter, including those that are not loaded. */
  readonly total: number;
  readonly problem: LoadProblem | null;
  /** The fields of an infinite query that `ShowMore` needs. */
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly isFetchNextPageError: boolean;
  readonly fetchNextPage: () => void;
  /** Reports the visible rows. Call it in an effect. */
  readonly show: (from: number, to: number) => void;
}

/**
 * The loaded rows, in pages that start at fixed positions. Only visible pages are refetched, so that a change by
 * another reviewer does not reload thousands of rows.
 */
export function useRowPages(input: RowsInput): RowPages {
  const utils = trpc.useUtils();
  const key = JSON.stringify(input);
  /** The position before the first row of each page. */
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

/** The maximum number of rows in one call. */
const maxRows = 500;

export interface Choice {
  readonly decision: Decision;
  readonly newRole?: string | undefined;
  readonly reason?: string | undefined;
}

type RowVersion = Pick<ReviewRow, 'position' | 'revision'>;

/** Optimistic: rows change before the server has stored a decision. */
export function useDecideRows(id: string) {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const queryClient = useQueryClient();
  const notifyFailure = useFailureNotice();
  const { mutateAsync } = trpc.reviews.decide.useMutation();

  const changeRows = (change: (row: ReviewRow) => ReviewRow): unknown =>
    queryClient.setQueriesData<RowsPage>(
      { queryKey: [['reviews', 'rows']], predicate: ({ queryKey }) => JSON.stringify(queryKey).includes(id) },
      (page) => page && { ...page, items: page.items.map(change) },
    );
  /** Returns a function that rolls back only this change. */
  const show = (rows: readonly RowVersion[], choice: Choice | null): (() => void) => {
    const positions = new Set(rows.map(({ position }) => position));
    const changes = {
      decision: choice?.decision ?? null,
      newRole: choice?.newRole ?? null,
      reason: choice?.reason ?? null,
      decidedBy: null,
      decidedAt: null,
    };
    const before = new Map<number, ReviewRow>();
    changeRows((row) => {
      if (!positions.has(row.position)) return row;
      before.set(row.position, row);
      return { ...row, ...changes, revision: row.revision + 1 };
    });
    return () => changeRows((row) => before.get(row.position) ?? row);
  };

  /** Stores or withdraws a decision. Returns the number of rows that the server changed, or `null` on failure. */
  const send = async (rows: readonly RowVersion[], choice: Choice | null): Promise<number | null> => {
    // Removes the current notice, whose undo action belongs to the previous decision.
    notify(null);
    await utils.reviews.rows.cancel();
    const rollBack = show(rows, choice);
    let outdated = 0;
    try {
      for (let at = 0; at < rows.length; at += maxRows) {
        const some = rows.slice(at, at + maxRows).map(({ position, revision }) => ({ position, revision }));
        // oxlint-disable-next-line no-await-in-loop -- one call after another
        const answer = await mutateAsync({ id, rows: some, ...(choice ?? { decision: null }) });
        outdated += answer.outdated.length;
      }
    } catch (error) {
      rollBack();
      notifyFailure(t('reviews.failed.decide'), error, {
        REVIEW_STATUS: t('reviews.failed.closed'),
        OWN_REVIEW: t('reviews.own'),
        REASON_REQUIRED: t('reviews.reasonMissing'),
      });
      void utils.reviews.invalidate();
      return null;
    }
    void utils.reviews.invalidate();
    if (outdated > 0) notify({ tone: 'failed', text: t('reviews.outdated', { count: outdated }) });
    return rows.length - outdated;
  };

  const withdraw = async (rows: readonly RowVersion[]): Promise<void> => {
    await send(rows, null);
  };
  return {
    withdraw,
    /** Returns whether the server stored the decision for all rows. */
    async decide(rows: readonly RowVersion[], choice: Choice, onFailed = () => {}): Promise<boolean> {
      const stored = await send(rows, choice);
      if (stored === null) onFailed();
      if (stored !== rows.length) return false;
      notify({
        tone: 'done',
        text: t(`reviews.decided.${choice.decision}`, { count: stored }),
        action: {
          label: t('undo'),
          run: () =>
            void withdraw(rows.map(({ position, revision }) => ({ position, revision: revision + 1 }))),
        },
      });
      return true;
    },
  };
}
export type DecideRows = ReturnType<typeof useDecideRows>;
