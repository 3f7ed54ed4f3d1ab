import { AuthorizationUnavailableError, PermissionDeniedError } from '../errors.ts';

/** A problem document (RFC 9457): what went wrong, for programs by `code`, for people by `title`. */
export interface Problem {
  readonly title: string;
  readonly status: 403 | 503;
  readonly code: 'FORBIDDEN' | 'AUTHORIZATION_UNAVAILABLE';
  /** With `FORBIDDEN`: what is missing, and the tenant roles that have it. */
  readonly permission?: string;
  readonly grantedBy?: readonly string[];
}

/** This package's errors as problem documents; `undefined` for any other error, which is not this package's to render. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof PermissionDeniedError) {
    const { permission, grantedBy } = error.decision;
    return { title: error.message, status: 403, code: 'FORBIDDEN', permission, grantedBy };
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
