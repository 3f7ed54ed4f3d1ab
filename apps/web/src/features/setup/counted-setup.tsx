import { useEffect, useRef, type ReactNode } from 'react';
import { trpc, type Outputs } from '../../api/trpc.ts';
import type { CountedProps } from '../../layout/page-data.ts';
import { useInvalidateGates } from '../../api/permissions.ts';
import { retryIntervalAfter } from '../../api/query-client.ts';
import type { LoadingQuery } from '../../api/use-problem.ts';

export function CountedSetup({ children }: CountedProps): ReactNode {
  const { data } = useSetupStatus();
  useFirstAdministrator(data?.state);
  if (data?.state === 'no-administrator') return children(1);
  return data?.state === 'open' && children(data.checks.filter(({ state }) => state !== 'done').length);
}

/** The CLI creates the first administrator without notifying the server, so denied gates would stay denied. */
function useFirstAdministrator(state: string | undefined): void {
  const invalidateGates = useInvalidateGates();
  const utils = trpc.useUtils();
  const before = useRef(state);
  useEffect(() => {
    if (before.current === 'no-administrator' && state !== 'no-administrator') {
      invalidateGates();
      void utils.invalidate();
    }
    before.current = state;
  }, [state, invalidateGates, utils]);
}

/** The polling interval in milliseconds: steps that are completed elsewhere send no event. */
const interval = 5_000;

export function useSetupStatus(): LoadingQuery<SetupStatus> {
  return trpc.setup.status.useQuery(undefined, {
    staleTime: ({ state: { data } }) =>
      data?.state === 'hidden' || data?.state === 'not-yours' ? 300_000 : 0,
    refetchInterval: ({ state: { data, error } }) =>
      data?.state === 'open' || data?.state === 'no-administrator' ? interval : retryIntervalAfter(error),
  });
}

type SetupStatus = Outputs['setup']['status'];

export type Checklist = Extract<SetupStatus, { readonly checks: unknown }>;
