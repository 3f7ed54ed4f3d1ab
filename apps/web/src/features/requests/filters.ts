import { catch as otherwise, enum as oneOf, object, optional, type infer as Infer } from 'zod/mini';

/** The filter in the URL. Without a status: the open requests. An unknown value counts as none. */
export const RequestsFilter = object({
  status: otherwise(optional(oneOf(['approved', 'refused', 'withdrawn', 'all'])), undefined),
});
export type RequestsFilter = Infer<typeof RequestsFilter>;

const pageSize = 30;

/** The input of `requests.list`. */
export function listInput({ status }: RequestsFilter) {
  return {
    limit: pageSize,
    withMeaning: true,
    status: status === 'all' ? undefined : (status ?? ('open' as const)),
  };
}
