import type { Deny } from './decision.ts';

/** What kept the decision point from answering; `circuit`: it failed so often that it is not asked for a moment. */
export type OutageCause = 'timeout' | 'connection' | 'status' | 'malformed' | 'circuit';

/**
 * Nobody could decide. HTTP 503; the request fails closed, and may be tried again.
 * `cause` holds the underlying error, which may name internal hosts: log it, do not send it.
 */
export class AuthorizationUnavailableError extends Error {
  override readonly name = 'AuthorizationUnavailableError';
  readonly code = 'AUTHORIZATION_UNAVAILABLE';
  readonly outage: OutageCause;
  constructor(outage: OutageCause, options: { readonly detail: string; readonly cause?: unknown }) {
    super(`Permissions cannot be checked right now (${outage}: ${options.detail}).`, {
      cause: options.cause,
    });
    this.outage = outage;
  }
}

/** The policy says no. HTTP 403. */
export class PermissionDeniedError<
  Permission extends string = string,
  Role extends string = string,
> extends Error {
  override readonly name = 'PermissionDeniedError';
  readonly code = 'FORBIDDEN';
  readonly decision: Deny<Permission, Role>;
  constructor(decision: Deny<Permission, Role>) {
    super(`Permission ${decision.permission} is missing.`);
    this.decision = decision;
  }
}
