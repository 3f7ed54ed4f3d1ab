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
}

/** Turns a bearer token into an identity. @throws {AppError} `TOKEN_*`, `AUTHENTICATION_UNAVAILABLE`. */
export type VerifyToken = (token: string) => Promise<Identity>;
