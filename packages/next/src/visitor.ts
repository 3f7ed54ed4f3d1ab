import type { IdTokenClaims } from '@logto/next';

export type { IdTokenClaims } from '@logto/next';

/** The signed-in user, and the tenant whose permissions apply. */
export interface Visitor {
  /** The user's key in Permit.io. */
  readonly subject: string;
  /** The tenant key. */
  readonly tenant: string;
  /** The ID token's claims: `name`, `username`, `picture` and those that `scopes` request. */
  readonly claims: IdTokenClaims;
}
