import { useRouteContext } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';

/** Whether the person is not a member of the organization that the page belongs to. */
export function useIsRefused(): boolean {
  const { activeOrganization } = useRouteContext({ from: '/console' }).auth;
  return useSyncExternalStore(activeOrganization.subscribe, activeOrganization.isRefused);
}
