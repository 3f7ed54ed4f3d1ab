import * as v from 'valibot';
import type { Review, RowFlag } from './review.ts';

export const rowFlags = [
  'privileged',
  'new',
  'changed',
  'unused',
  'inactive',
  'suspended',
  'machine',
  'only-holder',
] as const satisfies readonly RowFlag[];

const rowStates = ['mine', 'none', 'keep', 'remove', 'change', 'pending', 'failed', 'changed'] as const;
export type RowState = (typeof rowStates)[number];

/** The filter in the URL. An unknown value is ignored. */
export const ReviewFilter = v.object({
  by: v.fallback(v.optional(v.picklist(['user', 'role'])), undefined),
  state: v.fallback(v.optional(v.picklist(rowStates)), undefined),
  flag: v.fallback(v.optional(v.picklist(rowFlags)), undefined),
  search: v.fallback(v.optional(v.string()), undefined),
  unchanged: v.fallback(v.optional(v.boolean()), undefined),
});
export type ReviewFilter = v.InferOutput<typeof ReviewFilter>;

export const maxSearchLength = 100;

export function isFiltered({ state, flag, search }: ReviewFilter): boolean {
  return [state, flag, search].some((one) => one !== undefined);
}

/** Whether rows that are unchanged since the last review are collapsed. Only in an open review, without a filter. */
export function isCollapsed(
  { unchanged, ...filter }: ReviewFilter,
  { status, counts }: Pick<Review, 'status' | 'counts'>,
): boolean {
  return status === 'open' && counts.unchanged > 0 && unchanged !== true && !isFiltered(filter);
}

export function rowsInput(filter: ReviewFilter, review: Pick<Review, 'id' | 'status' | 'counts'>) {
  const { by = 'user', state, flag } = filter;
  const search = filter.search?.trim().slice(0, maxSearchLength);
  return {
    id: review.id,
    by,
    flag,
    search: search === '' ? undefined : search,
    mine: state === 'mine' ? true : undefined,
    decision:
      state === 'none' || state === 'keep' || state === 'remove' || state === 'change' ? state : undefined,
    outcome: state === 'pending' || state === 'failed' || state === 'changed' ? state : undefined,
    unchanged: isCollapsed(filter, review) ? false : undefined,
  };
}
export type RowsInput = ReturnType<typeof rowsInput>;

/** The periods without use to choose from, in days. */
export const unusedPeriods = [30, 90, 120, 180] as const;
export const defaultDays = 120;

export const UnusedFilter = v.object({
  days: v.fallback(v.optional(v.picklist(unusedPeriods)), undefined),
});
