import { createPermissionsReact } from '@latchkey/permissions/react';
import type { policy } from '@latchkey/policy';

export const { PermissionsProvider, useGate, useGates, useGateStore, useInvalidateGates } =
  createPermissionsReact<typeof policy>();
