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
  /**
   * Who acts for `subject`, by their keys in Permit: the token's claim `act` (RFC 8693, section 4.1), the present actor first, then those
   * before. Absent: nobody does. Decisions are the subject's all the same.
   */
  readonly actors?: readonly string[];
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

/** Who answers for a call. */
export interface Caller extends Pick<Identity, 'subject'> {
  readonly isMachine?: boolean | undefined;
  /** For whom they act by their token, and the actors before them. */
  readonly actsFor?: { readonly subject: string; readonly priorActors: readonly string[] };
}

/** Whose call it is: who answers for it, and whose limits it counts against. */
export function callerOf({ viewAs, ...identity }: Identity): Caller {
  const { subject, isMachine, actors = [] } = viewAs?.actor ?? identity;
  const [actor, ...priorActors] = actors;
  return actor === undefined ? { subject, isMachine } : { subject: actor, actsFor: { subject, priorActors } };
}

/** Everybody who stands behind a call: whose it is, who acts for them, and who views the console as them. */
export function peopleBehind({ subject, actors = [], viewAs }: Identity): string[] {
  return [subject, ...actors, ...(viewAs === undefined ? [] : peopleBehind(viewAs.actor))];
}

/**
 * Turns a bearer token into an identity.
 * @throws {AppError} `TOKEN_*`, `AUTHENTICATION_UNAVAILABLE`, and what `beforeVerification` throws, which is called for a token
 *   that was not verified before.
 */
export type VerifyToken = (token: string, beforeVerification?: () => Promise<void>) => Promise<Identity>;
