import {
  AuthorizationUnavailableError,
  ExplanationUnavailableError,
  PermissionDeniedError,
  type Deny,
} from '@latchkey/permissions';
import { LogtoApiError } from '@latchkey/directory-sync';
import { PermitApiError } from '@latchkey/permissions/permit';
import { TRPCError } from '@trpc/server';
import { AppError, statusByCode, type ErrorCode } from '../app-error.ts';
import { asError } from '../log/describe-error.ts';
import { isDataException, isDatabaseOutage } from '../database/outage.ts';

export interface ErrorData {
  readonly code: ErrorCode;
  /** The id of the request, for support: the server's log lines have the same id. */
  readonly requestId: string | null;
  /** Present with `FORBIDDEN`: the missing permission, and the roles that grant it. */
  readonly denied?: Deny;
  /** Present with some codes: data for the console's message. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Converts any error to the one that a client may see. An unknown error becomes `INTERNAL` and reveals no details. */
export function asAppError(error: unknown): AppError {
  const cause = error instanceof TRPCError ? (error.cause ?? error) : error;
  if (cause instanceof AppError) return cause;
  if (cause instanceof PermissionDeniedError) return new AppError('FORBIDDEN', cause.message);
  if (cause instanceof AuthorizationUnavailableError) {
    return new AppError('AUTHORIZATION_UNAVAILABLE', 'Permissions cannot be checked right now.');
  }
  if (cause instanceof ExplanationUnavailableError) {
    return new AppError('EXPLANATION_UNAVAILABLE', 'There is too much to read for an explanation.');
  }
  // Permit has refused the input; this is not an outage.
  if (cause instanceof PermitApiError && cause.status !== 503)
    return new AppError(codeOfRefusal[cause.status], cause.message);
  if (cause instanceof PermitApiError || cause instanceof LogtoApiError) {
    return new AppError('DIRECTORY_UNAVAILABLE', 'The directory cannot be reached right now.');
  }
  if (isDatabaseOutage(cause)) {
    return new AppError('DATABASE_UNAVAILABLE', 'The database cannot be reached right now.');
  }
  if (isDataException(cause)) {
    return new AppError('INPUT_INVALID', 'A value cannot be stored: a NUL character, or out of range.');
  }
  if (error instanceof TRPCError) {
    const code = codeOfTrpc[error.code];
    if (code !== undefined) return new AppError(code, defaultMessages[code] ?? error.message);
  }
  return new AppError('INTERNAL', 'Something went wrong on the server.');
}

/** Whether Permit or Logto has refused the call, so that it has no effect. */
export function isRefusal(error: unknown): boolean {
  return (error instanceof PermitApiError || error instanceof LogtoApiError) && !error.retryable;
}

/** Milliseconds after a failure that is not a refusal within which the call may still take effect. */
export const lateEffect = 60_000;

const codeOfRefusal = {
  404: 'DIRECTORY_NOT_FOUND',
  409: 'DIRECTORY_CONFLICT',
  422: 'DIRECTORY_REFUSED',
} as const satisfies Record<Exclude<PermitApiError['status'], 503>, ErrorCode>;

/** The codes of the errors that tRPC itself throws for invalid requests. */
const codeOfTrpc: Readonly<Partial<Record<TRPCError['code'], ErrorCode>>> = {
  PAYLOAD_TOO_LARGE: 'REQUEST_TOO_LARGE',
  UNSUPPORTED_MEDIA_TYPE: 'UNSUPPORTED_ENCODING',
  BAD_REQUEST: 'INPUT_INVALID',
  PARSE_ERROR: 'INPUT_INVALID',
  METHOD_NOT_SUPPORTED: 'INPUT_INVALID',
  NOT_FOUND: 'NOT_FOUND',
  CLIENT_CLOSED_REQUEST: 'REQUEST_ABORTED',
};

/** Messages for errors to which tRPC gives no message. */
const defaultMessages: Readonly<Partial<Record<ErrorCode, string>>> = {
  REQUEST_TOO_LARGE: 'The request is too large.',
  REQUEST_ABORTED: 'The client disconnected before its request was complete.',
};

type Status = (typeof statusByCode)[ErrorCode];

const trpcCodeByStatus = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'UNPROCESSABLE_CONTENT',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_SERVER_ERROR',
  503: 'SERVICE_UNAVAILABLE',
} as const satisfies Record<Status, TRPCError['code']>;

export function trpcCodeOf({ status }: AppError): TRPCError['code'] {
  return trpcCodeByStatus[status];
}

/** Converts an `AppError` to a tRPC error with the HTTP status of its code. */
export function trpcErrorOf(error: AppError): TRPCError {
  return new TRPCError({ code: trpcCodeOf(error), message: error.message, cause: error });
}

/** Returns the error code of a failed item. Reports errors that are not the caller's fault. */
export function codeOf(error: unknown, onError: (error: Error) => void): ErrorCode {
  if (!(error instanceof AppError)) onError(asError(error));
  return asAppError(error).code;
}
