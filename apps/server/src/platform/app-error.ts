/** Every error code that a client can receive, with its HTTP status. Codes are stable; messages may change. */
export const statusByCode = {
  TOKEN_MISSING: 401,
  TOKEN_MALFORMED: 401,
  TOKEN_ALGORITHM: 401,
  TOKEN_TYPE: 401,
  TOKEN_ISSUER: 401,
  TOKEN_AUDIENCE: 401,
  /** The token was issued to an application that may not act with its users' rights. */
  TOKEN_CLIENT: 401,
  /** The address names another organization than the token. */
  TOKEN_ORGANIZATION: 403,
  /** The person has not allowed the application in the organization that it asks for. */
  APPLICATION_NOT_ALLOWED: 403,
  /** The organization refuses the application. */
  APPLICATION_BLOCKED: 403,
  /** The person has disconnected the application, or has left; only a new consent connects it again. */
  APPLICATION_DISCONNECTED: 401,
  /** The person, or the organization, has no such connected application. */
  APPLICATION_NOT_FOUND: 404,
  TOKEN_EXPIRED: 401,
  TOKEN_KEY_UNKNOWN: 401,
  TOKEN_SIGNATURE: 401,
  TOKEN_CLAIMS: 401,
  /**
   * The token is valid, but its user has been suspended or deleted since it was issued. A revoked token is 401 (RFC
   * 6750, section 3.1).
   */
  SUBJECT_REVOKED: 401,
  AUTHENTICATION_UNAVAILABLE: 503,
  FORBIDDEN: 403,
  AUTHORIZATION_UNAVAILABLE: 503,
  DIRECTORY_UNAVAILABLE: 503,
  DIRECTORY_NOT_FOUND: 404,
  DIRECTORY_CONFLICT: 409,
  DIRECTORY_REFUSED: 422,
  REPORT_NOT_FOUND: 404,
  REPORT_KINDS_DIFFER: 400,
  COLLECTION_NOT_FOUND: 404,
  /** No user with this key has a role in the caller's tenant, or had one before a suspension. */
  PERSON_NOT_FOUND: 404,
  PERMISSION_UNKNOWN: 404,
  /** The decision depends on too many facts to explain it. */
  EXPLANATION_UNAVAILABLE: 422,
  /** Too many explanations per minute, by one user or in total. */
  EXPLANATION_LIMIT: 429,
  /** The caller's tenant has no such request, or the caller may not see it. */
  REQUEST_NOT_FOUND: 404,
  /** The request has been decided or withdrawn in the meantime; `details` has the decision and its user. */
  REQUEST_DECIDED: 409,
  UNDO_EXPIRED: 409,
  /** The request has changed, or another user made the decision to undo; `details` as for `REQUEST_DECIDED`. */
  REQUEST_CHANGED: 409,
  REQUEST_OPEN: 409,
  REQUEST_LIMIT: 429,
  OWN_REQUEST: 403,
  /** The user already holds the role, but not through a grant that the request could extend. */
  ALREADY_HELD: 409,
  /** Sync manages the role in this tenant, so it must be assigned in Logto. */
  ROLE_MANAGED_IN_LOGTO: 409,
  /** The report is confidential and the user is not cleared, so the role alone would not let the user open it. */
  NOT_CLEARED: 409,
  /** The requested role does not grant the permission that the requester was denied. */
  REQUEST_WITHOUT_EFFECT: 409,
  /** An approval can shorten the requested duration, but not extend it. */
  DURATION_EXCEEDED: 400,
  /** A suspended user's roles are stored and restored afterwards, so they cannot be changed in between. */
  MEMBER_SUSPENDED: 409,
  LAST_ADMINISTRATOR: 409,
  LAST_OWNER: 409,
  /** The new owner is not an active user among the members, or loses access in the same change. */
  NEW_OWNER_INVALID: 409,
  OWN_ACCESS: 409,
  /** Applications are managed in Logto. */
  MEMBER_IS_MACHINE: 409,
  /** Logto is older than 1.42, the first version that can end sessions. */
  SESSIONS_NOT_SUPPORTED: 409,
  /** The caller's tenant has no such removal, or the removal has already been undone. */
  REMOVAL_NOT_FOUND: 404,
  /** A grant of this role is ending right now; try again in a moment. */
  ROLE_ENDING: 409,
  INVITATION_NOT_FOUND: 404,
  /** The invitation was sent to another address; `details` has that address, masked. */
  INVITATION_FOR_ANOTHER: 403,
  /** The invitation was accepted or revoked, or has expired; `details` has its `status`. */
  INVITATION_CLOSED: 409,
  /** The organization has sent too many invitations in the last hour, or has sent this invitation a moment ago. */
  INVITATION_LIMIT: 429,
  /** Logto has invitations only for organizations, and the token has no organization. */
  ORGANIZATION_REQUIRED: 400,
  /** The server has no access to Logto's Management API. */
  INVITATIONS_NOT_CONFIGURED: 400,
  REVIEW_NOT_FOUND: 404,
  /** The review's status does not allow the call; `details` has that `status`. */
  REVIEW_STATUS: 409,
  /** Another user has finished the review; `details` has `by` and `at`. */
  REVIEW_FINISHED: 409,
  OWN_REVIEW: 403,
  /** Removing or changing a role, or keeping a flagged role, requires a reason. */
  REASON_REQUIRED: 400,
  /** Every member of the organization has this role. To remove it, remove the member from the organization. */
  MEMBERSHIP_ROLE: 409,
  /** The caller's tenant has no such event, or no longer has it. */
  EVENT_NOT_FOUND: 404,
  VIEW_NOT_FOUND: 404,
  VIEW_NAME_TAKEN: 409,
  VIEW_LIMIT: 429,
  /** The view has ended, or is not the caller's in this tenant. The client repeats the call outside of the view. */
  VIEW_AS_ENDED: 403,
  /** A view as another user is read-only and allows no exports. */
  VIEW_AS_READ_ONLY: 403,
  /** Private data of a user is not shown in a view as that user. */
  VIEW_AS_NOT_SHOWN: 403,
  /** The target user has permissions that the caller lacks; `details` has some of the `permissions`. */
  VIEW_AS_MORE_RIGHTS: 403,
  /** The target is the caller or a machine. */
  VIEW_AS_NOT_POSSIBLE: 409,
  WEBHOOK_SIGNATURE_MISSING: 401,
  WEBHOOK_SIGNATURE_INVALID: 401,
  WEBHOOK_MALFORMED: 400,
  /** The delivery is too old or dated in the future: it may be a replay attack. */
  WEBHOOK_STALE: 400,
  WEBHOOK_TOO_LARGE: 413,
  SYNC_NOT_CONFIGURED: 400,
  /** The client closed the connection, so this response is never received. */
  REQUEST_ABORTED: 400,
  REQUEST_TOO_LARGE: 413,
  BATCH_TOO_LARGE: 400,
  UNSUPPORTED_ENCODING: 415,
  SUBSCRIPTION_LIMIT: 429,
  /** Too many calls, changes or files by a user per minute, or too many calls without a valid token from an address. */
  RATE_LIMITED: 429,
  /** Too many requests are in progress. The client should try again. */
  SERVER_BUSY: 503,
  DATABASE_UNAVAILABLE: 503,
  INPUT_INVALID: 400,
  NOT_FOUND: 404,
  INTERNAL: 500,
} as const;

/** `Retry-After` of every 503, in seconds. */
export const retryAfter = '1';

export type ErrorCode = keyof typeof statusByCode;

/** An error that a client may see. `message` is for developers; the console translates the code for users. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** Data that the console needs for its message, in addition to the code. */
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
