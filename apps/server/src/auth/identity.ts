/** Who calls, out of a verified token and nothing else. */
export interface Identity {
  /** Logto's user id, which is the user's key in Permit. */
  readonly subject: string;
  /** The organization of the token, or `default` when the token was asked for without one. */
  readonly tenant: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** Turns a bearer token into an identity. @throws {AppError} `TOKEN_*`, `AUTHENTICATION_UNAVAILABLE`. */
export type VerifyToken = (token: string) => Promise<Identity>;
