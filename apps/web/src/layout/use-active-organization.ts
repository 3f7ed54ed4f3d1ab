import { useRouteContext } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';

/** The id of the organization in which the person works; `null` for the default one. */
export function useActiveOrganization(): string | null {
  const { activeOrganization } = useRouteContext({ from: '/console' }).auth;
  return useSyncExternalStore(activeOrganization.subscribe, activeOrganization.get);
}
