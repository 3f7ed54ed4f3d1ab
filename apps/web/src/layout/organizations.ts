import { useRouteContext } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { queryOptions, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { organizationsKey } from '../api/api.ts';
import type { Auth } from '../auth/auth.ts';
import type { Person } from '../auth/person.ts';
import type { Organization } from '../auth/organization.ts';

/** The id of the page's organization; `null` for the default one. */
export function useActiveOrganization(): string | null {
  return useRouteContext({ from: '/console' }).organization;
}

/** Whether the user is not a member of the page's organization, or the account is revoked: requests are pointless. */
export function useIsRefused(): boolean {
  const { activeOrganization, session } = useRouteContext({ from: '/console' }).auth;
  const isRefused = useSyncExternalStore(activeOrganization.subscribe, activeOrganization.isRefused);
  return useSyncExternalStore(session.subscribe, session.problem) === 'revoked' || isRefused;
}

/** The user's organizations in Logto. Fetched on demand, because most users have none. */
export const organizationsQuery = (auth: Auth, person: Person) =>
  queryOptions({
    queryKey: [organizationsKey, person.key],
    queryFn: auth.organizations,
    staleTime: 60_000,
    retry: false,
  });

export function useOrganizations({
  enabled,
}: {
  readonly enabled: boolean;
}): UseQueryResult<readonly Organization[]> {
  const { auth, person } = useRouteContext({ from: '/console' });
  return useQuery({ ...organizationsQuery(auth, person), enabled });
}
