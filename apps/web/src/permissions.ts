import { createPermissionsReact } from '@latchkey/permissions/react';
import type { policy } from '@latchkey/policy';

export const { PermissionsProvider, useGate, useGateStore, useInvalidateGates } =
  createPermissionsReact<typeof policy>();
