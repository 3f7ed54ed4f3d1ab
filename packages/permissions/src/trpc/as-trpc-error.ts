import { TRPCError } from '@trpc/server';
import { AuthorizationUnavailableError, PermissionDeniedError } from '../core/errors.ts';

/**
 * Converts this package's errors to tRPC's: `PermissionDeniedError` to `FORBIDDEN`, `AuthorizationUnavailableError` to
 * `SERVICE_UNAVAILABLE`, each with the original error as its cause. Returns any other value unchanged. Gates call it
 * themselves; call it where a resolver uses `permissions.require` or `check`.
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
