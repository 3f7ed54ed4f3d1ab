import type { IdTokenClaims } from '@logto/react';

/** Who is signed in, as Logto's ID token names them. */
export interface Person {
  /** The key of the user in Logto and in Permit.io. */
  readonly key: string;
  readonly name: string | null;
  readonly email: string | null;
}

/** A fresh account may have neither name nor e-mail; the user name then stands for it. Absent claims come as null. */
export function personOf({ sub, name, username, email }: IdTokenClaims): Person {
  return { key: sub, name: name ?? username ?? null, email: email ?? null };
}
