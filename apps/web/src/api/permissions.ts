import { createPermissionsReact } from '@latchkey/permissions/react';
import type { policy } from '@latchkey/policy';
import { getQueryKey } from '@trpc/react-query';

export const { PermissionsProvider, useGate, useGates, useGateStore, useInvalidateGates } =
  createPermissionsReact<typeof policy>({ getQueryKey });
