import * as v from 'valibot';
import { roles } from '../../policy.ts';

export const sources = ['default', 'logto', 'request', 'hand'] as const;
export const shownKinds = ['dormant', 'suspended', 'machines'] as const;

const sortKeys = ['name', 'lastSignIn'] as const;
export type SortKey = (typeof sortKeys)[number];

/** The filter and the order in the URL. An unknown value is ignored. */
export const MembersFilter = v.object({
  search: v.fallback(v.optional(v.string()), undefined),
  role: v.fallback(v.optional(v.picklist(roles)), undefined),
  source: v.fallback(v.optional(v.picklist(sources)), undefined),
  only: v.fallback(v.optional(v.picklist(shownKinds)), undefined),
  /** Only members with any role. */
  withRoles: v.fallback(v.optional(v.literal(true)), undefined),
  sort: v.fallback(v.optional(v.picklist(sortKeys)), undefined),
  direction: v.fallback(v.optional(v.picklist(['asc', 'desc'])), undefined),
});
export type MembersFilter = v.InferOutput<typeof MembersFilter>;

/** Rows per page: about three screens. */
export const pageSize = 50;

export const maxSearchLength = 100;

export function countsInput({ only, search, role, source, withRoles }: MembersFilter) {
  const text = search?.trim().slice(0, maxSearchLength);
  return {
    role,
    source,
    search: text === '' ? undefined : text,
    status: only === 'dormant' || only === 'suspended' ? only : undefined,
    kind: only === 'machines' ? ('machine' as const) : undefined,
    withRoles,
  };
}

export function isFiltered(filter: MembersFilter): boolean {
  return Object.values(countsInput(filter)).some((one) => one !== undefined);
}

export function listInput(filter: MembersFilter) {
  const { sort = 'name', direction = 'asc' } = filter;
  return { ...countsInput(filter), limit: pageSize, sort, direction };
}
export type ListInput = ReturnType<typeof listInput>;
