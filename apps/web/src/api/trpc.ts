import type { AppRouter } from '@latchkey/server/router';
import { createTRPCReact, type CreateTRPCReact } from '@trpc/react-query';

/** The server's procedures as hooks. `useGate` accepts them too: `useGate(trpc.reports.publish, { id })`. */
export const trpc: CreateTRPCReact<AppRouter, unknown> = createTRPCReact<AppRouter>();
