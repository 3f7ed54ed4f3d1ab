import * as v from 'valibot';

/** The filter in the URL. Without a status: the open requests. An unknown value is ignored. */
export const RequestsFilter = v.object({
  status: v.fallback(v.optional(v.picklist(['approved', 'refused', 'withdrawn', 'all'])), undefined),
});
export type RequestsFilter = v.InferOutput<typeof RequestsFilter>;

const pageSize = 30;

export function listInput({ status }: RequestsFilter) {
  return {
    limit: pageSize,
    withMeaning: true,
    status: status === 'all' ? undefined : (status ?? ('open' as const)),
  };
}
