import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { Ask } from '@latchkey/permissions/react';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { useMemo, type ReactNode } from 'react';
import type { Permission, Role } from '../policy.ts';
import type { AppRouter } from '../server/router.ts';
import { PermissionsProvider, trpc } from './permissions.ts';

interface Session {
  readonly subject: string;
  readonly tenant: string;
  readonly accessToken: string;
}

interface Props {
  readonly session: Session;
  /** The server's `/api/trpc`. */
  readonly url: string;
  readonly children: ReactNode;
}

/** After a switch of the user or the tenant, no answers from before are shown. */
export function Providers({ session: { subject, tenant, accessToken }, url, children }: Props): ReactNode {
  const { client, queryClient, ask } = useMemo(() => connect(url, accessToken), [url, accessToken]);
  return (
    <trpc.Provider client={client} queryClient={queryClient}>
      <QueryClientProvider client={queryClient}>
        <PermissionsProvider scope={`${subject}@${tenant}`} ask={ask}>
          {children}
        </PermissionsProvider>
      </QueryClientProvider>
    </trpc.Provider>
  );
}

function connect(url: string, accessToken: string) {
  const headers = { authorization: `Bearer ${accessToken}` };
  const client = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url, headers })] });
  const ask: Ask<Permission, Role> = (questions) =>
    client.gates.mutate([...questions], { signal: AbortSignal.timeout(15_000) });
  return { client, queryClient: new QueryClient(), ask };
}
