import { useQueries } from '@tanstack/react-query';
import { trpc } from '../../api/trpc.ts';
import type { LoadingQuery } from '../../api/use-problem.ts';
import { inCalls, type AskedRole, type PreviewedPerson } from './bulk.ts';

/** The effect of a change on any number of people, as one query. It has data when all are loaded. */
export function useBulkPreview({
  subjects,
  ...change
}: AskedRole & { readonly subjects: readonly string[] }): LoadingQuery<PreviewedPerson[]> {
  const utils = trpc.useUtils();
  return useQueries({
    queries: inCalls(subjects).map((some) =>
      utils.members.bulkPreview.queryOptions({ ...change, subjects: [...some] }, { gcTime: 0 }),
    ),
    combine: (calls) => ({
      data: calls.every(({ data }) => data !== undefined)
        ? calls.flatMap(({ data = [] }): PreviewedPerson[] => data)
        : undefined,
      error: calls.find(({ error }) => error !== null)?.error ?? null,
      errorUpdateCount: Math.max(...calls.map(({ errorUpdateCount }) => errorUpdateCount)),
      refetch: () => Promise.all(calls.map(({ refetch }) => refetch())),
    }),
  });
}
