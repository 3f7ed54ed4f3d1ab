import type { AppRouter } from '@latchkey/server/router';
import { createTRPCReact, type CreateTRPCReact } from '@trpc/react-query';
import type { inferRouterOutputs } from '@trpc/server';

/** The server's procedures as hooks. `useGate` accepts them too: `useGate(trpc.reports.publish, { id })`. */
export const trpc: CreateTRPCReact<AppRouter, unknown> = createTRPCReact<AppRouter>();

/** The responses of the server's procedures, for example `Outputs['reports']['get']`. */
export type Outputs = inferRouterOutputs<AppRouter>;

/** The input of `requests.list` for the open requests that the user can decide. The home page and the sidebar share it. */
export const openRequests = { status: 'open', decidable: true, limit: 100 } as const;
