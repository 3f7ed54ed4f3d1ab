/** Who calls, out of a verified token and nothing else. */
export interface Identity {
  /** The user's key in Permit: Logto's user id, encoded where Permit would refuse it. */
  readonly subject: string;
  /** Whether the token is an application's own and nobody's. */
  readonly isMachine?: boolean;
  /** The tenant of the token's organization, or `default` when the token was asked for without one. */
  readonly tenant: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** Turns a bearer token into an identity. @throws {AppError} `TOKEN_*`, `AUTHENTICATION_UNAVAILABLE`. */
export type VerifyToken = (token: string) => Promise<Identity>;
