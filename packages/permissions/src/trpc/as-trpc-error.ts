import { TRPCError } from '@trpc/server';
import { AuthorizationUnavailableError, PermissionDeniedError } from '../errors.ts';

/**
 * The only mapping from this package's errors to tRPC's: `PermissionDeniedError` → `FORBIDDEN`,
 * `AuthorizationUnavailableError` → `SERVICE_UNAVAILABLE`, each with the original error as its cause. Any other value is
 * returned unchanged. Gates use it themselves; use it where a resolver calls `permissions.require` or `check`.
 */
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
