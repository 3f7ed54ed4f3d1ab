import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { retryIntervalAfter } from '../../api/query-client.ts';
import { trpc } from '../../api/trpc.ts';
import { pageSize, type ListInput } from './filters.ts';
import type { Member, MembersPage } from './member.ts';

export interface MemberPages {
  /** The member in a row. `undefined` while its page is loading or if it could not be loaded. */
  readonly at: (index: number) => Member | undefined;
  /** Whether this row's page could not be loaded and is not retried automatically. */
  readonly hasFailed: (index: number) => boolean;
  readonly retry: (() => void) | null;
  readonly find: (subject: string) => Member | undefined;
  /** Reports the visible rows. Call it while rendering. */
  readonly show: (rows: ShownRows) => void;
}

interface ShownRows {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly isScrolling: boolean;
}

/** A range of page numbers, both inclusive. */
interface PageRange {
  readonly from: number;
  readonly to: number;
}

/** Milliseconds for which a page that is not visible stays cached. */
const cacheTime = 120_000;

/** The number of rows before and after the rendered ones whose pages are prefetched. */
const ahead = 15;

/**
 * The visible pages of a list, each as its own query, and the first one, which the parent loads.
 *
 * Visible pages never wait for pages that were scrolled past: scrolling requests pages one after another; when it
 * stops, the visible pages are requested immediately and requests for other pages are aborted.
 */
export function useMemberPages(input: ListInput, first: MembersPage): MemberPages {
  const utils = trpc.useUtils();
  const [asked, ask] = useState<PageRange>({ from: 0, to: 0 });
  const [seen, see] = useState({ from: 0, to: 0, isHurry: false });
  const numbers = Array.from({ length: asked.to - asked.from + 1 }, (_, index) => asked.from + index);
  const others = numbers.filter((number) => number > 0);
  const queries = useQueries({
    // tRPC's own `useQueries` passes no signal to its queries, so they could not be aborted.
    queries: others.map((number) =>
      utils.members.list.queryOptions(
        { ...input, offset: number * pageSize },
        { gcTime: cacheTime, staleTime: 5_000, trpc: { abortOnUnmount: true } },
      ),
    ),
  });
  const pages = new Map([
    [0, first.members],
    ...others.map((number, index) => [number, queries[index]?.data?.members ?? []] as const),
  ]);
  const failed = new Map(
    others.flatMap((number, index) => {
      const query = queries[index];
      // A temporary error is retried automatically, so the row is pending.
      const isFinal = query?.isError === true && retryIntervalAfter(query.error) === false;
      return isFinal && query.data === undefined ? [[number, query] as const] : [];
    }),
  );
  return {
    at: (index) => pages.get(Math.floor(index / pageSize))?.[index % pageSize],
    hasFailed: (index) => failed.has(pageOf(index)),
    retry: failed.size === 0 ? null : () => failed.forEach((query) => void query.refetch()),
    find: (subject) => [...pages.values()].flat().find((member) => member.subject === subject),
    show({ from, to, count, isScrolling }) {
      const shown = {
        from: pageOf(Math.max(from - ahead, 0)),
        to: pageOf(Math.min(to + ahead, count - 1)),
      };
      const isHurry = isSame(shown, seen) ? seen.isHurry : !isBeside(shown, seen);
      if (!isSame(shown, seen)) see({ ...shown, isHurry });
      if (isScrolling && (isHurry || queries.some(({ isLoading }) => isLoading))) return;
      if (!isSame(shown, asked)) ask(shown);
    },
  };
}

function pageOf(row: number): number {
  return Math.floor(row / pageSize);
}

function isSame(one: PageRange, other: PageRange): boolean {
  return one.from === other.from && one.to === other.to;
}

function isBeside(one: PageRange, other: PageRange): boolean {
  return one.from <= other.to + 1 && one.to >= other.from - 1;
}
