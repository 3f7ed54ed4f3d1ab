import { TRPCError } from '@trpc/server';
import { AccessError } from '../core/errors.ts';
import type { StandardSchemaV1 } from '@standard-schema/spec';

const codes = {
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  422: 'UNPROCESSABLE_CONTENT',
  503: 'SERVICE_UNAVAILABLE',
} as const;

/**
 * Converts this package's errors to tRPC's: `PermissionDeniedError` to `FORBIDDEN`, `InstanceNotFoundError` to
 * `NOT_FOUND`, an outage (`AuthorizationUnavailableError`, `PermitApiError`) to `SERVICE_UNAVAILABLE`, and a
 * `PermitApiError` for the caller's input by its status; each with the original error as its cause. Returns any other
 * value unchanged. Procedures with a gate, or with `permissionErrors`, need no call; call it in `createContext`.
 */
export function toTrpcError(error: unknown): unknown {
  if (!(error instanceof AccessError)) return error;
  const { status, message }: AccessError = error;
  return new TRPCError({ code: codes[status], message, cause: error });
}

/**
 * A middleware for procedures without a gate: `const signedIn = t.procedure.use(permissionErrors)`. This package's
 * errors in a resolver become `FORBIDDEN` and `SERVICE_UNAVAILABLE`, as in a procedure with a gate, instead of
 * `INTERNAL_SERVER_ERROR`.
 */
export async function permissionErrors<Result extends object>({
  next,
}: {
  readonly next: () => Promise<Result>;
}): Promise<Result> {
  return withTrpcError(await next());
}

/**
 * Returns the result of tRPC's `next()`. If it is an error of this package that tRPC has wrapped as an internal error,
 * throws the converted error instead. An error that a resolver has converted itself, such as `NOT_FOUND` for a denial,
 * remains.
 */
export function withTrpcError<Result extends object>(result: Result): Result {
  const error = 'error' in result ? result.error : undefined;
  if (
    error instanceof TRPCError &&
    error.code === 'INTERNAL_SERVER_ERROR' &&
    error.cause instanceof AccessError
  )
    throw toTrpcError(error.cause);
  return result;
}

/** A gate's part of the procedure's input is missing or malformed. */
export class GateInputError extends Error {
  override readonly name = 'GateInputError';
  /** The issues that the gate's schema reports. Messages may quote the input, so do not log them. */
  readonly issues: readonly StandardSchemaV1.Issue[];

  constructor(issues: readonly StandardSchemaV1.Issue[]) {
    super('The gate cannot read this input.');
    // Copied, because an issue may reference its whole schema, which loggers cannot serialize.
    this.issues = issues.map(({ message, path }) => ({ message, path }));
  }
}
