import type { Deny } from './decision.ts';

/**
 * Why the PDP gave no answer: `timeout` (the deadline passed), `connection`, `status` (an HTTP status other than 200),
 * `malformed` (an unexpected response body), `circuit` (the circuit breaker is open after repeated failures).
 */
export type OutageCause = 'timeout' | 'connection' | 'status' | 'malformed' | 'circuit';

/**
 * No decision could be made. HTTP 503: the request fails closed and can be retried.
 * `cause` is the underlying error. It may contain internal host names: log it, do not send it to clients.
 */
export class AuthorizationUnavailableError extends Error {
  override readonly name = 'AuthorizationUnavailableError';
  /** Stable error code. */
  readonly code = 'AUTHORIZATION_UNAVAILABLE';
  /** The kind of failure. */
  readonly outage: OutageCause;
  /** `detail` is appended to the message: a status, a host or a duration. */
  constructor(outage: OutageCause, options: { readonly detail: string; readonly cause?: unknown }) {
    super(`Permissions cannot be checked right now (${outage}: ${options.detail}).`, {
      cause: options.cause,
    });
    this.outage = outage;
  }
}

/** The policy denies the permission. HTTP 403. */
export class PermissionDeniedError<
  Permission extends string = string,
  Role extends string = string,
> extends Error {
  override readonly name = 'PermissionDeniedError';
  /** Stable error code. */
  readonly code = 'FORBIDDEN';
  /** The missing permission, the reason, and the roles that grant it. */
  readonly decision: Deny<Permission, Role>;
  /** The key of the checked instance; absent when the check was about the resource as a whole. */
  readonly instance: string | undefined;
  constructor(decision: Deny<Permission, Role>, instance?: string) {
    super(
      decision.reason === 'acting'
        ? `Permission ${decision.permission} is not available to an actor on behalf of another user.`
        : `Permission ${decision.permission} is missing.`,
    );
    this.decision = decision;
    this.instance = instance;
  }
}

/**
 * A decision cannot be explained: the decider cannot read the facts, or there are too many. The decision is still
 * valid.
 */
export class ExplanationUnavailableError extends Error {
  override readonly name = 'ExplanationUnavailableError';
  /** Stable error code. */
  readonly code = 'EXPLANATION_UNAVAILABLE';
}
