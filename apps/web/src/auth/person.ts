/** The signed-in user, from Logto's ID token. */
export interface Person {
  /** The user's key in Logto and Permit.io. */
  readonly key: string;
  readonly name: string | null;
  readonly email: string | null;
}
