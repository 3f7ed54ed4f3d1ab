import { useRouteContext } from '@tanstack/react-router';

/** The id of the organization that the page belongs to; `null` for the default one. */
export function useActiveOrganization(): string | null {
  return useRouteContext({ from: '/console' }).organization;
}
