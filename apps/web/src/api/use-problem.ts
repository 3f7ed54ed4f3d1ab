import { useState } from 'react';

interface LoadingQuery {
  readonly data: unknown;
  readonly error: unknown;
  readonly errorUpdateCount: number;
  readonly refetch: () => unknown;
}

export interface LoadProblem {
  readonly error: unknown;
  readonly retry: () => void;
}

/**
 * Why a query has no data, to be shown in place of it; `null` while it is loading, and when it has data. A query that is asked
 * again by itself has no error meanwhile; its problem stays, or the page would change to a skeleton every few seconds. After
 * `retry`, which a person clicks, the skeleton shows that something happens.
 */
export function useProblem({ data, error, errorUpdateCount, refetch }: LoadingQuery): LoadProblem | null {
  const [held, hold] = useState<unknown>(null);
  if (error !== null && error !== held) hold(error);
  const current = error ?? (errorUpdateCount > 0 ? held : null);
  if (data !== undefined || current === null) return null;
  return {
    error: current,
    retry() {
      hold(null);
      refetch();
    },
  };
}
