import { createPermissionsReact } from '@latchkey/permissions/react';
import { createTRPCReact, getQueryKey, type CreateTRPCReact } from '@trpc/react-query';
import type { policy } from '../policy.ts';
import type { AppRouter } from '../server/router.ts';

export const trpc: CreateTRPCReact<AppRouter, unknown> = createTRPCReact<AppRouter>();
export const { PermissionsProvider, useGate, Can } = createPermissionsReact<typeof policy>({ getQueryKey });
