import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import type { Organization } from '../auth/organization.ts';
import { organizationsQuery } from './organizations-query.ts';

export function useOrganizations({
  enabled,
}: {
  readonly enabled: boolean;
}): UseQueryResult<readonly Organization[]> {
  const { auth, person } = useRouteContext({ from: '/console' });
  return useQuery({ ...organizationsQuery(auth, person), enabled });
}
