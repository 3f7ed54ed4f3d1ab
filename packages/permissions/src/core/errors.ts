import type { Deny, DenyReason, GrantingRule } from './decision.ts';

/**
 * Why the PDP gave no usable answer: `timeout` (the deadline passed), `connection` (it could not be reached), `status`
 * (an HTTP status other than 200), `malformed` (an unexpected response body), `circuit` (the circuit breaker is open
 * after repeated failures).
 */
export type OutageCause = 'timeout' | 'connection' | 'status' | 'malformed' | 'circuit';

/**
 * An error with the HTTP response to send: Express, Fastify and Koa send its `status` and `headers` without a custom
 * error handler. The message contains no host, key or user.
 */
export abstract class AccessError<
  Status extends 403 | 404 | 409 | 422 | 503 = 403 | 404 | 409 | 422 | 503,
> extends Error {
  /** Stable error code. */
  abstract readonly code: 'FORBIDDEN' | 'NOT_FOUND' | 'AUTHORIZATION_UNAVAILABLE' | 'PERMIT_API_ERROR';
  /** The HTTP status for the caller of the application. */
  readonly status: Status;
  /** For frameworks that read this name. */
  readonly statusCode: Status;
  /** Makes Koa send the message to the client. */
  readonly expose = true;
  /**
   * The headers of the response: `retry-after`, in seconds, when the status is 503; `www-authenticate`, with the scope to
   * ask for, when a token's scopes do not cover the permission.
   */
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    message: string,
    options: {
      readonly status: Status;
      readonly retryAfter?: number | undefined;
      readonly challenge?: string | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.status = options.status;
    this.statusCode = options.status;
    const seconds = Math.max(1, Math.ceil((options.retryAfter ?? 0) / 1000));
    this.headers = {
      ...(options.status === 503 && { 'retry-after': String(seconds) }),
      ...(options.challenge !== undefined && { 'www-authenticate': options.challenge }),
    };
  }
}

export interface OutageOptions {
  /** What failed, for logs: a status, a host or a duration. */
  readonly detail: string;
  readonly cause?: unknown;
  /** The PDP's HTTP status, for the cause `status`. Default: none. */
  readonly pdpStatus?: number | undefined;
  /** Milliseconds to wait before a retry. Default: one second. */
  readonly retryAfter?: number | undefined;
}

/** Thrown when no decision could be made. HTTP 503: access is not granted, and the request can be retried. */
export class AuthorizationUnavailableError extends AccessError<503> {
  override readonly name = 'AuthorizationUnavailableError';
  readonly code = 'AUTHORIZATION_UNAVAILABLE';
  readonly outage: OutageCause;
  /** What failed. Like `cause`, it may contain internal host names: log it, but do not send it to clients. */
  readonly detail: string;
  /** The PDP's HTTP status, if `outage` is `status`: 401 or 403 when the PDP refuses the API key. */
  readonly pdpStatus: number | undefined;
  /** How long the PDP asks callers to wait, in milliseconds, at most 60,000; `undefined` if it does not say. */
  readonly retryAfter: number | undefined;
  constructor(outage: OutageCause, { detail, cause, pdpStatus, retryAfter }: OutageOptions) {
    super('Permissions cannot be checked right now.', { status: 503, retryAfter, cause });
    this.outage = outage;
    this.detail = detail;
    this.pdpStatus = pdpStatus;
    this.retryAfter = retryAfter;
  }
}

const deniedTexts: Readonly<Partial<Record<DenyReason, (permission: string) => string>>> = {
  acting: (permission) => `Permission ${permission} is not available to an actor on behalf of another user.`,
  insufficient_scope: (permission) => `No scope of the token covers the permission ${permission}.`,
};

/** The challenge of RFC 6750, section 3.1: the smallest scope that covers the permission. */
function scopeChallenge({ reason, scopes = [] }: Deny): string | undefined {
  if (reason !== 'insufficient_scope') return undefined;
  const [scope] = scopes;
  return `Bearer error="insufficient_scope"${scope === undefined ? '' : `, scope="${scope}"`}`;
}

/** Thrown when the user does not have the permission. HTTP 403. */
export class PermissionDeniedError<
  Permission extends string = string,
  Role extends string = string,
> extends AccessError<403> {
  override readonly name = 'PermissionDeniedError';
  readonly code = 'FORBIDDEN';
  /** The missing permission, the reason, and what grants it. */
  readonly decision: Deny<Permission, Role>;
  /** The key of the checked instance; absent when the check was about the resource as a whole. */
  readonly instance: string | undefined;
  constructor(decision: Deny<Permission, Role>, instance?: string) {
    super(
      deniedTexts[decision.reason]?.(decision.permission) ?? `Permission ${decision.permission} is missing.`,
      {
        status: 403,
        challenge: scopeChallenge(decision),
      },
    );
    this.decision = decision;
    this.instance = instance;
  }
}

/** Thrown when a gate's loader finds no instance, and the user would have the permission if it existed. HTTP 404. */
export class InstanceNotFoundError extends AccessError<404> {
  override readonly name = 'InstanceNotFoundError';
  readonly code = 'NOT_FOUND';
  constructor() {
    super('There is no such instance.', { status: 404 });
  }
}

interface Failure {
  readonly permitStatus: number | undefined;
  readonly cause?: unknown;
  /** Default: derived from the status. */
  readonly retryable?: boolean;
  /** Milliseconds. Default: none. */
  readonly retryAfter?: number | undefined;
  /** Whether the caller of the application may have named the users, roles or instances. */
  readonly isAboutFacts?: boolean;
}

const refusals = {
  404: 'Permit does not have this user, tenant or instance.',
  409: 'This conflicts with what Permit has.',
  422: 'Permit does not accept this input.',
} as const;

/**
 * Thrown when a call to Permit's API fails. Its HTTP status is 404, 409 or 422 when Permit refuses the caller's input
 * with this status, and 503 for every other failure, such as a refused API key.
 */
export class PermitApiError extends AccessError<keyof typeof refusals | 503> {
  override readonly name = 'PermitApiError';
  readonly code = 'PERMIT_API_ERROR';
  /** What failed, for logs: the call, the host, and Permit's message. Do not send it to clients. */
  readonly detail: string;
  /**
   * Permit's HTTP status: 401 for an unknown API key, 403 for a key without the required scope; `undefined` without a
   * JSON response.
   */
  readonly permitStatus: number | undefined;
  /** Whether retrying the call may succeed: true after 408, 429, 5xx, or no valid response. */
  readonly retryable: boolean;
  /** How long Permit asks callers to wait, in milliseconds, at most 60,000; `undefined` if it does not say. */
  readonly retryAfter: number | undefined;
  constructor(
    detail: string,
    { permitStatus, cause, retryable = isRetryable(permitStatus), retryAfter, isAboutFacts }: Failure,
  ) {
    const isRefusal = permitStatus === 404 || permitStatus === 409 || permitStatus === 422;
    const status = isAboutFacts === true && isRefusal ? permitStatus : 503;
    const unavailable = 'Permissions cannot be read or changed right now.';
    super(status === 503 ? unavailable : refusals[status], { status, retryAfter, cause });
    this.detail = detail;
    this.permitStatus = permitStatus;
    this.retryable = retryable;
    this.retryAfter = retryAfter;
  }
}

function isRetryable(status: number | undefined): boolean {
  return status === undefined || status === 408 || status === 429 || status >= 500;
}

/** Thrown when the decider cannot read the facts of a decision, or there are too many. Does not affect the decision. */
export class ExplanationUnavailableError extends Error {
  override readonly name = 'ExplanationUnavailableError';
  readonly code = 'EXPLANATION_UNAVAILABLE';
}

/**
 * A problem document (RFC 9457). `code` is for programs and `title` for people. The other fields belong to `FORBIDDEN`.
 */
export interface Problem {
  readonly title: string;
  readonly status: AccessError['status'];
  readonly code: AccessError['code'];
  readonly permission?: string;
  /** The tenant roles that grant it. */
  readonly grantedBy?: readonly string[];
  /** The instance roles that grant it. Empty when the check names no instance. */
  readonly grantedByInstanceRoles?: readonly string[];
  /** The rules that grant the permission when their conditions hold. Absent if there are none. */
  readonly grantedByRules?: readonly GrantingRule[];
  /** The scopes that cover it. Absent unless the token's scopes do not. */
  readonly scopes?: readonly string[];
}

/**
 * Converts an error of this package to a problem document; returns `undefined` for any other. With tRPC, call it in the
 * error formatter: `problem: toProblem(error.cause)`.
 */
export function toProblem(error: unknown): Problem | undefined {
  if (!(error instanceof AccessError)) return undefined;
  const { message: title, status, code } = error;
  if (!(error instanceof PermissionDeniedError)) return { title, status, code };
  const { outcome: _outcome, reason: _reason, ...needed } = error.decision;
  return { title, status, code, ...needed };
}
