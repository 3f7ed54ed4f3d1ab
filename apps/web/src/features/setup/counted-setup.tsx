import { useEffect, useRef, type ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import type { CountedProps } from '../../layout/page-data.ts';
import { useInvalidateGates } from '../../api/permissions.ts';
import { useSetupStatus } from './use-setup-status.ts';

/** The sidebar entry while the set-up is incomplete, with the number of open steps. */
export function CountedSetup({ children }: CountedProps): ReactNode {
  const { data } = useSetupStatus();
  useFirstAdministrator(data?.state);
  if (data?.state === 'no-administrator') return children(1);
  return data?.state === 'open' && children(data.checks.filter(({ state }) => state !== 'done').length);
}

/** The CLI created the first administrator without notifying the server, so refetch all denied queries. */
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
