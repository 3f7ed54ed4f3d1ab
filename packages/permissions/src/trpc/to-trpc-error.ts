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
 * Converts an error of this package to a tRPC error: `PermissionDeniedError` to `FORBIDDEN`, `InstanceNotFoundError` to
 * `NOT_FOUND`, `AuthorizationUnavailableError` to `SERVICE_UNAVAILABLE`, and `PermitApiError` to the code for its
 * status. The original error is the cause. Returns any other value unchanged. Call it in `createContext`; procedures
 * with a gate or with `permissionErrors` convert errors themselves.
 */
export function toTrpcError(error: unknown): unknown {
  if (!(error instanceof AccessError)) return error;
  const { status, message }: AccessError = error;
  return new TRPCError({ code: codes[status], message, cause: error });
}

/**
 * A middleware for procedures without a gate: `const signedIn = t.procedure.use(permissionErrors)`. Errors of this
 * package in a resolver become for example `FORBIDDEN` or `SERVICE_UNAVAILABLE`, as in a procedure with a gate, instead
 * of `INTERNAL_SERVER_ERROR`.
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
 * throws the converted error instead. Does not change an error that a resolver has converted itself, for example a
 * denial to `NOT_FOUND`.
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

/** Thrown when the part of a procedure's input that its gate needs is missing or malformed. */
export class GateInputError extends Error {
  override readonly name = 'GateInputError';
  /** The issues that the gate's schema reports. Their messages may quote the input, so do not log them. */
  readonly issues: readonly StandardSchemaV1.Issue[];

  constructor(issues: readonly StandardSchemaV1.Issue[]) {
    super('The gate cannot read this input.');
    // Only these fields are copied, because an issue may reference its whole schema, which loggers cannot serialize.
    this.issues = issues.map(({ message, path }) => ({ message, path }));
  }
}
