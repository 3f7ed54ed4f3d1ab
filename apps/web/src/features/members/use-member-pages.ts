import { useState } from 'react';
import { trpc } from '../../api/trpc.ts';
import { pageSize, type ListInput } from './filters.ts';
import type { Cursor, Member, MembersPage } from './member-types.ts';

export interface MemberPages {
  /** Rows, those included that are not loaded yet. */
  readonly count: number;
  readonly hasMore: boolean;
  /** `undefined` while it is loading. */
  readonly at: (index: number) => Member | undefined;
  readonly find: (subject: string) => Member | undefined;
  /** These rows are on the screen. To be called while rendering. */
  readonly show: (from: number, to: number) => void;
}

/** Rows that wait below the last one, while there may be more. */
const waitingRows = 3;

/** Milliseconds for which a page is kept that is not on the screen. */
const kept = 120_000;

/**
 * The pages of a list, each a query of its own that begins where the page before ends. Only the first one and those on the screen
 * are asked again when something changes. Every page but the last is full, so the page of a row follows from its number.
 */
export function useMemberPages(input: ListInput, first: MembersPage): MemberPages {
  /** Where the second page begins, the third, and so on, as far as it is known. */
  const [cursors, setCursors] = useState<readonly Cursor[]>([]);
  const [range, setRange] = useState({ from: 0, to: 0 });
  const known = [undefined, ...cursors];
  const shown = known.flatMap((cursor, page) =>
    page > 0 && page >= range.from && page <= range.to ? [{ cursor, page }] : [],
  );
  const queries = trpc.useQueries((api) =>
    shown.map(({ cursor }) => api.members.list({ ...input, cursor }, { gcTime: kept, staleTime: 5_000 })),
  );
  const loaded = new Map<number, MembersPage>([[0, first]]);
  for (const [index, { page }] of shown.entries()) {
    const data = queries[index]?.data;
    if (data !== undefined) loaded.set(page, data);
  }
  // Where a page ends may change: the pages after it are then other ones.
  for (const [page, { next }] of loaded) {
    const begins = cursors[page];
    const isSame = next === null ? begins === undefined : sameCursor(begins, next);
    if (isSame) continue;
    setCursors(next === null ? cursors.slice(0, page) : [...cursors.slice(0, page), next]);
    break;
  }
  const last = loaded.get(known.length - 1);
  const hasMore = last === undefined || last.next !== null;
  const full = (known.length - 1) * pageSize;
  const count = full + (last === undefined ? waitingRows : last.members.length + (hasMore ? waitingRows : 0));
  return {
    count,
    hasMore,
    at: (index) => loaded.get(Math.floor(index / pageSize))?.members[index % pageSize],
    find(subject) {
      for (const { members } of loaded.values()) {
        const found = members.find((member) => member.subject === subject);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    show(from, to) {
      const pages = { from: Math.floor(from / pageSize), to: Math.floor(to / pageSize) };
      if (pages.from !== range.from || pages.to !== range.to) setRange(pages);
    },
  };
}

function sameCursor(one: Cursor, other: NonNullable<Cursor>): boolean {
  return one?.value === other.value && one.subject === other.subject;
}
