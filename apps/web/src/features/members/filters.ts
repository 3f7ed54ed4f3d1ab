import { catch as otherwise, enum as oneOf, object, optional, string, type infer as Infer } from 'zod/mini';
import { roles } from '../../policy.ts';

export const sources = ['default', 'logto', 'request', 'hand'] as const;
export const shownKinds = ['dormant', 'suspended', 'machines'] as const;

const sortKeys = ['name', 'lastSignIn'] as const;
export type SortKey = (typeof sortKeys)[number];

/** The filter and the order in the URL. An unknown value counts as none. */
export const MembersFilter = object({
  search: otherwise(optional(string()), undefined),
  role: otherwise(optional(oneOf([...roles])), undefined),
  source: otherwise(optional(oneOf(sources)), undefined),
  /** People who are dormant or suspended, or machines only. */
  only: otherwise(optional(oneOf(shownKinds)), undefined),
  sort: otherwise(optional(oneOf(sortKeys)), undefined),
  direction: otherwise(optional(oneOf(['asc', 'desc'])), undefined),
});
export type MembersFilter = Infer<typeof MembersFilter>;

/** Rows of one page: about three screens. */
export const pageSize = 50;

/** Characters that the server searches for. */
const longestSearch = 100;

/** The input of `members.counts`. */
export function countsInput({ only, search, role, source }: MembersFilter) {
  const text = search?.trim().slice(0, longestSearch);
  return {
    role,
    source,
    search: text === '' ? undefined : text,
    status: only === 'dormant' || only === 'suspended' ? only : undefined,
    kind: only === 'machines' ? ('machine' as const) : undefined,
  };
}

/** The input of `members.list`, for the first page. */
export function listInput(filter: MembersFilter) {
  const { sort = 'name', direction = 'asc' } = filter;
  return { ...countsInput(filter), limit: pageSize, sort, direction };
}
export type ListInput = ReturnType<typeof listInput>;
