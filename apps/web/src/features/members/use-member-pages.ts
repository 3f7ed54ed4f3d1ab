import { useState } from 'react';
import { trpc } from '../../api/trpc.ts';
import { pageSize, type ListInput } from './filters.ts';
import type { Member, MembersPage } from './member-types.ts';

export interface MemberPages {
  /** `undefined` while it is loading. */
  readonly at: (index: number) => Member | undefined;
  readonly find: (subject: string) => Member | undefined;
  /** These rows are on the screen. To be called while rendering. */
  readonly show: (rows: ShownRows) => void;
}

interface ShownRows {
  readonly from: number;
  readonly to: number;
  readonly isScrolling: boolean;
}

/** Milliseconds for which a page is kept that is not on the screen. */
const kept = 120_000;

/** The pages of a list that are on the screen, each a query of its own; and the first one, which the page has. */
export function useMemberPages(input: ListInput, first: MembersPage): MemberPages {
  const [range, setRange] = useState({ from: 0, to: 0 });
  const numbers = Array.from({ length: range.to - range.from + 1 }, (_, index) => range.from + index);
  const shown = numbers.filter((number) => number > 0);
  const queries = trpc.useQueries((api) =>
    shown.map((number) =>
      api.members.list({ ...input, offset: number * pageSize }, { gcTime: kept, staleTime: 5_000 }),
    ),
  );
  const pages = new Map([
    [0, first.members],
    ...shown.map((number, index) => [number, queries[index]?.data?.members ?? []] as const),
  ]);
  return {
    at: (index) => pages.get(Math.floor(index / pageSize))?.[index % pageSize],
    find: (subject) => [...pages.values()].flat().find((member) => member.subject === subject),
    show({ from, to, isScrolling }) {
      const next = { from: Math.floor(from / pageSize), to: Math.floor(to / pageSize) };
      // Of the pages that a drag of the scrollbar passes, none is asked for.
      const isFar = next.from > range.to + 1 || next.to < range.from - 1;
      if (isScrolling && isFar) return;
      if (next.from !== range.from || next.to !== range.to) setRange(next);
    },
  };
}
