import { useState } from 'react';

export interface LoadingQuery<Data = unknown> {
  readonly data: Data | undefined;
  /** The error of the last request; earlier data remains. */
  readonly error: unknown;
  readonly errorUpdateCount: number;
  readonly refetch: () => unknown;
}

export interface LoadProblem {
  readonly error: unknown;
  readonly retry: () => void;
}

/**
 * Why a query has no data; `null` while the query is loading or has data. During an automatic retry the problem stays,
 * so that the page does not switch to a skeleton every few seconds.
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
