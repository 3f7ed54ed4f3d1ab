import type { AppRole } from '@latchkey/policy';

/** The caller, as a verified token says. */
export interface Identity {
  /** The user's key in Permit: Logto's user id, encoded where Permit would refuse it. */
  readonly subject: string;
  /** Whether the token belongs to a machine-to-machine application instead of a user. */
  readonly isMachine?: boolean;
  /** The tenant of the token's organization, or `default` when the token was asked for without one. */
  readonly tenant: string;
  /** When Logto issued the token, seconds since 1970; 0 when the token does not say. */
  readonly issuedAt: number;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** Set while an administrator sees the console as `subject` would. Everything is then read as `subject`. */
  readonly viewAs?: ViewAs;
}

/** A view of the console as somebody else. */
export interface ViewAs {
  /** The id of the view. */
  readonly id: string;
  /** Who really calls, as RFC 8693 (section 4.1) calls it. */
  readonly actor: Identity;
  readonly target: ViewAsTarget;
  readonly endsAt: Date;
}

/** As whom: somebody of the tenant, or nobody but a role. */
export type ViewAsTarget =
  { readonly kind: 'person'; readonly subject: string } | { readonly kind: 'role'; readonly role: AppRole };

/** Whose call it is: who answers for it, and whose limits it counts against. */
export function callerOf(identity: Identity): Identity {
  return identity.viewAs?.actor ?? identity;
}

/**
 * Turns a bearer token into an identity.
 * @throws {AppError} `TOKEN_*`, `AUTHENTICATION_UNAVAILABLE`, and what `beforeVerification` throws, which is called for a token
 *   that was not verified before.
 */
export type VerifyToken = (token: string, beforeVerification?: () => Promise<void>) => Promise<Identity>;
