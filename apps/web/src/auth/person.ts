/** The signed-in user, from Logto's ID token. */
export interface Person {
  /** The user's key in Logto and Permit.io. */
  readonly key: string;
  readonly name: string | null;
  readonly email: string | null;
}

/** The claims of an ID token. */
interface Claims {
  readonly sub: string;
  readonly name?: string | null | undefined;
  readonly username?: string | null | undefined;
  readonly email?: string | null | undefined;
}

/** A new account may have no name; its username is used then. Logto sends absent claims as null. */
export function personOf({ sub, name, username, email }: Claims): Person {
  return { key: sub, name: name ?? username ?? null, email: email ?? null };
}
