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
 * Why a query has no data, to render in its place; `null` while it is loading, and when it has data. During an
 * automatic retry a query has no error, but its problem remains, so that the page does not switch to a skeleton every
 * few seconds. After a manual `retry`, the skeleton shows the progress.
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
