import type { AppRouter } from '@latchkey/server/router';
import { createTRPCReact, type CreateTRPCReact } from '@trpc/react-query';
import type { inferRouterOutputs } from '@trpc/server';

/** The server's procedures as hooks. `useGate` accepts them too: `useGate(trpc.reports.publish, { id })`. */
export const trpc: CreateTRPCReact<AppRouter, unknown> = createTRPCReact<AppRouter>();

/** The responses of the server's procedures, for example `Outputs['reports']['get']`. */
export type Outputs = inferRouterOutputs<AppRouter>;

/** The input that the home page and the sidebar share for `requests.list`, so that they share one response. */
export const openRequests = { status: 'open', limit: 100 } as const;
