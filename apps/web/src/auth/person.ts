/** The signed-in person, from Logto's ID token. */
export interface Person {
  /** The key of the user in Logto and in Permit.io. */
  readonly key: string;
  readonly name: string | null;
  readonly email: string | null;
}

/** What an ID token says of a person. */
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
