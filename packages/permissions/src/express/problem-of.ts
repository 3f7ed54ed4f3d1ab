import { AuthorizationUnavailableError, PermissionDeniedError } from '../core/errors.ts';

/** A problem document (RFC 9457). `code` is for programs, `title` is for people. */
export interface Problem {
  /** A short text in English. */
  readonly title: string;
  /** The HTTP status of the response. */
  readonly status: 403 | 503;
  /** Stable error code. */
  readonly code: 'FORBIDDEN' | 'AUTHORIZATION_UNAVAILABLE';
  /** With `FORBIDDEN`: the missing permission. */
  readonly permission?: string;
  /** With `FORBIDDEN`: the tenant roles that grant the permission. */
  readonly grantedBy?: readonly string[];
  /** With `FORBIDDEN`: the instance roles that grant it; empty when the check names no instance. */
  readonly grantedByInstanceRoles?: readonly string[];
}

/** Converts this package's errors to problem documents, for any framework; `undefined` for any other error. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof PermissionDeniedError) {
    const { permission, grantedBy, grantedByInstanceRoles } = error.decision;
    return {
      title: error.message,
      status: 403,
      code: 'FORBIDDEN',
      permission,
      grantedBy,
      grantedByInstanceRoles,
    };
  }
  if (error instanceof AuthorizationUnavailableError) {
    return {
      title: 'Permissions cannot be checked right now.',
      status: 503,
      code: 'AUTHORIZATION_UNAVAILABLE',
    };
  }
  return undefined;
}
