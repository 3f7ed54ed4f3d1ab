import type { IdTokenClaims } from '@logto/next';

export type { IdTokenClaims } from '@logto/next';

/** Who is signed in, and in which tenant the app is asked about. */
export interface Visitor {
  /** Permit.io's key of the user. */
  readonly subject: string;
  /** The key of the tenant. */
  readonly tenant: string;
  /** Of the ID token: `name`, `username`, `picture` and what `scopes` ask for. */
  readonly claims: IdTokenClaims;
}
