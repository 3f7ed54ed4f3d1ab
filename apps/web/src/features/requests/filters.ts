import { catch as otherwise, enum as oneOf, object, optional, type infer as Infer } from 'zod/mini';

/** The filter in the URL. Without a status: the open requests. An unknown value counts as none. */
export const RequestsFilter = object({
  status: otherwise(optional(oneOf(['approved', 'refused', 'withdrawn', 'all'])), undefined),
});
export type RequestsFilter = Infer<typeof RequestsFilter>;

/** For each open request it is asked what it would add, so a page of them is short. */
const pageSize = 10;

/** The input of `requests.list`. */
export function listInput({ status }: RequestsFilter) {
  return { limit: pageSize, status: status === 'all' ? undefined : (status ?? ('open' as const)) };
}
