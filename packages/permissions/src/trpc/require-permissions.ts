import { TRPCError } from '@trpc/server';
import type { Decision } from '../decision.ts';
import { AuthorizationUnavailableError, PermissionDeniedError } from '../errors.ts';
import type { ResourceRef, Permissions } from '../permissions.ts';
import type { PermissionSet } from './requirement.ts';

/** One decision out of several: the first deny when all are needed, the first allow when any is enough. */
export function combine<Permission extends string, Role extends string>(
  { need }: PermissionSet,
  decisions: readonly Decision<Permission, Role>[],
): Decision<Permission, Role> {
  const decisive = need === 'all' ? 'deny' : 'allow';
  const decision = decisions.find(({ outcome }) => outcome === decisive) ?? decisions[0];
  if (decision === undefined) throw new TypeError('A gate needs at least one permission.');
  return decision;
}

/** @throws {TRPCError} FORBIDDEN or SERVICE_UNAVAILABLE, with this package's error as its cause. */
export async function enforce(
  permissions: Permissions,
  requirement: PermissionSet,
  on: ResourceRef | undefined,
): Promise<void> {
  try {
    const decisions = await permissions.checkMany(
      requirement.permissions.map((permission) => ({ permission, on })),
    );
    const decision = combine(requirement, decisions);
    if (decision.outcome === 'deny') throw new PermissionDeniedError(decision);
  } catch (error) {
    throw asTrpcError(error);
  }
}

/** The one mapping from this package's errors to tRPC's; anything else passes through unchanged. */
export function asTrpcError(error: unknown): unknown {
  if (error instanceof PermissionDeniedError) {
    return new TRPCError({ code: 'FORBIDDEN', message: error.message, cause: error });
  }
  if (error instanceof AuthorizationUnavailableError) {
    return new TRPCError({
      code: 'SERVICE_UNAVAILABLE',
      message: 'Permissions cannot be checked right now.',
      cause: error,
    });
  }
  return error;
}
