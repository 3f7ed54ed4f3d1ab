import type { Client } from './test-server.ts';

/** Requests a role in the tenant, for a day by default. Resolves to the id of the request. */
export async function askForRole(
  { requests }: Client,
  role: 'editor' | 'admin' = 'editor',
  duration: number | null = 86_400,
): Promise<string> {
  const target = { kind: 'role', role } as const;
  return (await requests.create.mutate({ target, reason: 'For the review', duration })).id;
}
