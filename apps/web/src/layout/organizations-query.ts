import { queryOptions } from '@tanstack/react-query';
import { organizationsKey } from '../api/api.ts';
import type { Auth } from '../auth/auth.ts';
import type { Person } from '../auth/person.ts';

/** The person's organizations in Logto. Asked for when needed: most people have none, and need no request for that. */
export const organizationsQuery = (auth: Auth, person: Person) =>
  queryOptions({
    queryKey: [organizationsKey, person.key],
    queryFn: auth.organizations,
    staleTime: 60_000,
    retry: false,
  });
