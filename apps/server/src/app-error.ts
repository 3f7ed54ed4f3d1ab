/** Every error code that a client can receive, with its HTTP status. Codes are stable; wording may change. */
export const statusByCode = {
  TOKEN_MISSING: 401,
  TOKEN_MALFORMED: 401,
  TOKEN_ALGORITHM: 401,
  TOKEN_TYPE: 401,
  TOKEN_ISSUER: 401,
  TOKEN_AUDIENCE: 401,
  /** Issued to an application that is not trusted to act with its users' rights. */
  TOKEN_CLIENT: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_KEY_UNKNOWN: 401,
  TOKEN_SIGNATURE: 401,
  TOKEN_CLAIMS: 401,
  /** The token is valid, but its user was suspended or deleted since: a revoked token, 401 by RFC 6750 section 3.1. */
  SUBJECT_REVOKED: 401,
  AUTHENTICATION_UNAVAILABLE: 503,
  FORBIDDEN: 403,
  AUTHORIZATION_UNAVAILABLE: 503,
  DIRECTORY_UNAVAILABLE: 503,
  REPORT_NOT_FOUND: 404,
  /** Two reports of different kinds have nothing to compare. */
  REPORT_KINDS_DIFFER: 400,
  COLLECTION_NOT_FOUND: 404,
  /** Nobody with this key has, or had before a suspension, a role in the caller's tenant. */
  PERSON_NOT_FOUND: 404,
  /** The policy has no such permission. */
  PERMISSION_UNKNOWN: 404,
  /** The facts that a decision depends on are too many to explain it. */
  EXPLANATION_UNAVAILABLE: 422,
  /** Too many explanations in a minute: of one person, or of all. */
  EXPLANATION_LIMIT: 429,
  /** No request of the caller's tenant, or none that the caller may see. */
  REQUEST_NOT_FOUND: 404,
  /** Somebody decided or withdrew the request meanwhile; `details` says who, and what. */
  REQUEST_DECIDED: 409,
  /** A decision can be undone for a few seconds only. */
  UNDO_EXPIRED: 409,
  /** The decision to be undone is not the present state of the request, or somebody else's; `details` as of `REQUEST_DECIDED`. */
  REQUEST_CHANGED: 409,
  /** The caller has asked for the same already, and nobody has decided. */
  REQUEST_OPEN: 409,
  /** The caller has too many open requests. */
  REQUEST_LIMIT: 429,
  /** Nobody decides their own request. */
  OWN_REQUEST: 403,
  /** The role is held already, and not by a grant that the request would extend. */
  ALREADY_HELD: 409,
  /** Sync takes the role from Logto in this tenant, so it is given there. */
  ROLE_MANAGED_IN_LOGTO: 409,
  /** A decision can shorten what was asked for, not lengthen it. */
  DURATION_EXCEEDED: 400,
  /** A suspension keeps the roles of its person, and gives them back when it ends: they are changed afterwards. */
  MEMBER_SUSPENDED: 409,
  /** Nobody else could give roles in the tenant. */
  LAST_ADMINISTRATOR: 409,
  /** The grant of this role is just ending: it can be given in a moment. */
  ROLE_ENDING: 409,
  INVITATION_NOT_FOUND: 404,
  /** The caller's address is not the one that was invited; `details` has that one, masked. */
  INVITATION_FOR_ANOTHER: 403,
  /** It was accepted, revoked, or is expired; `details` has its `status`. */
  INVITATION_CLOSED: 409,
  /** The organization has sent too many in an hour, or this one a moment ago. */
  INVITATION_LIMIT: 429,
  /** Logto invites people to organizations only, and the token is of none. */
  ORGANIZATION_REQUIRED: 400,
  /** The server has no access to Logto's Management API. */
  INVITATIONS_NOT_CONFIGURED: 400,
  /** The caller's tenant has no such event, or has it no longer. */
  EVENT_NOT_FOUND: 404,
  /** The caller has no such saved view in this tenant. */
  VIEW_NOT_FOUND: 404,
  /** The caller has a saved view of this name. */
  VIEW_NAME_TAKEN: 409,
  /** The caller has too many saved views. */
  VIEW_LIMIT: 429,
  /** The view as somebody else is over, or is not the caller's in this tenant: the call is made again without it. */
  VIEW_AS_ENDED: 403,
  /** In a view as somebody else nothing is changed, and no file leaves. */
  VIEW_AS_READ_ONLY: 403,
  /** What is private to a person is not shown to whoever views the console as them. */
  VIEW_AS_NOT_SHOWN: 403,
  /** They may do what the caller may not; `details` has some of the `permissions`. */
  VIEW_AS_MORE_RIGHTS: 403,
  /** Oneself, or a machine. */
  VIEW_AS_NOT_POSSIBLE: 409,
  WEBHOOK_SIGNATURE_MISSING: 401,
  WEBHOOK_SIGNATURE_INVALID: 401,
  WEBHOOK_MALFORMED: 400,
  /** Too old, or from the future: it may be a replay by a stranger. */
  WEBHOOK_STALE: 400,
  WEBHOOK_TOO_LARGE: 413,
  SYNC_NOT_CONFIGURED: 400,
  /** The client ended the connection; nobody receives this answer. */
  REQUEST_ABORTED: 400,
  REQUEST_TIMEOUT: 408,
  REQUEST_TOO_LARGE: 413,
  BATCH_TOO_LARGE: 400,
  UNSUPPORTED_ENCODING: 415,
  /** One person has too many subscriptions open. */
  SUBSCRIPTION_LIMIT: 429,
  /** Too many in a minute: calls, changes or files of one person, or calls of one address without a valid token. */
  RATE_LIMITED: 429,
  /** Too much is being read at the same time: try again. */
  SERVER_BUSY: 503,
  DATABASE_UNAVAILABLE: 503,
  INPUT_INVALID: 400,
  NOT_FOUND: 404,
  INTERNAL: 500,
} as const;

/** Seconds: `Retry-After` of every 503. Whatever was away may be back, and work that a call has begun may be done. */
export const retryAfter = '1';

export type ErrorCode = keyof typeof statusByCode;

/** An error that a client may see. `message` is for developers; the console translates the code for people. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** What the console needs besides the code, to say what happened. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
  constructor(
    code: ErrorCode,
    message: string,
    { details, ...options }: ErrorOptions & { readonly details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
  get status(): (typeof statusByCode)[ErrorCode] {
    return statusByCode[this.code];
  }
}
