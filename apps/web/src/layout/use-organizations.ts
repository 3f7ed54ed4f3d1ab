import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { organizationsKey } from '../api/api.ts';
import type { Organization } from '../auth/organization.ts';

/** The person's organizations in Logto. Asked for when `enabled`: most people have none, and need no request for that. */
export function useOrganizations({
  enabled,
}: {
  readonly enabled: boolean;
}): UseQueryResult<readonly Organization[]> {
  const { auth, person } = useRouteContext({ from: '/console' });
  return useQuery({
    queryKey: [organizationsKey, person.key],
    queryFn: auth.organizations,
    enabled,
    staleTime: 60_000,
    retry: false,
  });
}
