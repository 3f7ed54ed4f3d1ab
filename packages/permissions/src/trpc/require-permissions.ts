import { PermissionDeniedError } from '../errors.ts';
import type { Permissions, ResourceRef } from '../permissions.ts';
import { asTrpcError } from './as-trpc-error.ts';
import { combineDecisions } from './combine-decisions.ts';
import type { PermissionSet } from './requirement.ts';

/**
 * Resolves when the requirement is met; one round trip. Every denied call of a gated procedure is thrown here.
 * @throws {TRPCError} `FORBIDDEN` or `SERVICE_UNAVAILABLE`, with this package's error as its cause.
 */
export async function requirePermissions(
  permissions: Permissions,
  requirement: PermissionSet,
  on: ResourceRef | undefined,
): Promise<void> {
  try {
    const decisions = await permissions.checkMany(
      requirement.permissions.map((permission) => ({ permission, on })),
    );
    const decision = combineDecisions(requirement, decisions);
    if (decision.outcome === 'deny') throw new PermissionDeniedError(decision);
  } catch (error) {
    throw asTrpcError(error);
  }
}
