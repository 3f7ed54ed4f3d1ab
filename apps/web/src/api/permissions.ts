import { createPermissionsReact, type GatedProcedure } from '@latchkey/permissions/react';
import type { policy } from '@latchkey/policy';
import { getQueryKey } from '@trpc/react-query';

export const { PermissionsProvider, useGate, useGates, useGateStore, useInvalidateGates } =
  createPermissionsReact<typeof policy>({ getQueryKey });

/** The path of a procedure: `audit.list`. */
export function pathOf(procedure: GatedProcedure): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- tRPC types it for its own procedures
  const [path] = getQueryKey(procedure as Parameters<typeof getQueryKey>[0]);
  return path.join('.');
}
