import { useRouteContext } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';

/** Whether the user is not a member of the page's organization. */
export function useIsRefused(): boolean {
  const { activeOrganization } = useRouteContext({ from: '/console' }).auth;
  return useSyncExternalStore(activeOrganization.subscribe, activeOrganization.isRefused);
}
