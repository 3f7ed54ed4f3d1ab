import { useQueries } from '@tanstack/react-query';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { inCalls, type AskedRole } from './use-bulk-change.ts';

export type PreviewedPerson = Outputs['members']['bulkPreview'][number];

interface BulkPreview {
  /** `undefined` until all are loaded. */
  readonly data: PreviewedPerson[] | undefined;
  readonly error: unknown;
  readonly errorUpdateCount: number;
  readonly refetch: () => unknown;
}

/** The effect of a change on any number of people, as one query. */
export function useBulkPreview({
  subjects,
  ...change
}: AskedRole & { readonly subjects: readonly string[] }): BulkPreview {
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
