import type { AppRole } from '@latchkey/policy';

export interface Identity {
  /** The user's Permit key: Logto's user id, encoded if Permit would refuse it. */
  readonly subject: string;
  /** Whether the token belongs to a machine-to-machine application instead of a user. */
  readonly isMachine?: boolean;
  /** The tenant of the token's organization, or `default` when the token has no organization. */
  readonly tenant: string;
  /** When Logto issued the token, in epoch seconds; 0 when the token has no such claim. */
  readonly issuedAt: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
  /**
   * The Permit keys of the actors for `subject`, from the token's claim `act` (RFC 8693, section 4.1): the current
   * actor first, then prior actors. Absent if the token names no actor. Decisions are always about the subject.
   */
  readonly actors?: readonly string[];
  /** The application that acts for the user with a part of their access. Absent in the console and the CLI. */
  readonly via?: Application;
  /** Whether `via` named the tenant, not its token. The person must then have allowed it there. */
  readonly isOrganizationChosen?: true;
  /** The scopes of the token of `via`, which limit the permissions. */
  readonly scopes?: readonly string[];
  /** Set while an administrator views the console as `subject`. Everything is then read as `subject`. */
  readonly viewAs?: ViewAs;
}

/** An application in Logto. */
export interface Application {
  readonly clientId: string;
  /** As consented; known once the application is admitted. */
  readonly name?: string;
}

export interface ViewAs {
  readonly id: string;
  /** The real caller, called the actor in RFC 8693 (section 4.1). */
  readonly actor: Identity;
  readonly target: ViewAsTarget;
  readonly endsAt: Date;
}

export type ViewAsTarget =
  { readonly kind: 'person'; readonly subject: string } | { readonly kind: 'role'; readonly role: AppRole };

export interface Caller extends Pick<Identity, 'subject'> {
  readonly isMachine?: boolean | undefined;
  /** The subject that the caller's token allows them to act for, and the prior actors. */
  readonly actsFor?: { readonly subject: string; readonly priorActors: readonly string[] } | undefined;
  /** The application through which the caller acts. */
  readonly via?: Application | undefined;
}

/** Returns the user who is responsible for a call. The call counts against this user's limits. */
export function callerOf({ viewAs, ...identity }: Identity): Caller {
  const { subject, isMachine, actors = [], via } = viewAs?.actor ?? identity;
  const [actor, ...priorActors] = actors;
  if (actor !== undefined) return { subject: actor, actsFor: { subject, priorActors }, via };
  return { subject, isMachine, via };
}

/** Whom the limits count: the caller, and each application of theirs apart, so that it cannot lock them out. */
export function limitedAs(identity: Identity): string {
  const { subject, via } = callerOf(identity);
  return via === undefined ? subject : `${subject} ${via.clientId}`;
}

/** Returns everyone involved in a call: the subject, the actors, and the user who views the console as the subject. */
export function peopleBehind({ subject, actors = [], viewAs }: Identity): string[] {
  return [subject, ...actors, ...(viewAs === undefined ? [] : peopleBehind(viewAs.actor))];
}

/**
 * Verifies a bearer token and returns its identity. Calls `beforeVerification` before the signature is verified, for a
 * token that is not cached and has acceptable claims.
 * @throws {AppError} `TOKEN_*`, `AUTHENTICATION_UNAVAILABLE`, and the error of `beforeVerification`
 */
export type VerifyToken = (token: string, beforeVerification?: () => Promise<void>) => Promise<Identity>;
