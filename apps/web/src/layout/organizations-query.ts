import { queryOptions } from '@tanstack/react-query';
import { organizationsKey } from '../api/api.ts';
import type { Auth } from '../auth/auth.ts';
import type { Person } from '../auth/person.ts';

/** The user's organizations in Logto. Fetched on demand, because most users have none. */
export const organizationsQuery = (auth: Auth, person: Person) =>
  queryOptions({
    queryKey: [organizationsKey, person.key],
    queryFn: auth.organizations,
    staleTime: 60_000,
    retry: false,
  });
