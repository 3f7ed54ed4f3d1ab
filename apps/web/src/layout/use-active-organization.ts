import { useRouteContext } from '@tanstack/react-router';

/** The id of the page's organization; `null` for the default one. */
export function useActiveOrganization(): string | null {
  return useRouteContext({ from: '/console' }).organization;
}
