import * as v from 'valibot';

// Reads the data that Logto's client stores in `localStorage` without loading the client.
// auth.test.ts checks that it matches the client.

const keyOf = (appId: string, item: string): string => `logto:${appId}:${item}`;

export const idTokenKey = (appId: string): string => keyOf(appId, 'idToken');

/** The claims of an ID token. Logto sends absent ones as null. */
const Claims = v.object({
  sub: v.string(),
  name: v.nullish(v.string()),
  username: v.nullish(v.string()),
  email: v.nullish(v.string()),
});

/** The user in the ID token, which the client verified on receipt; `null` if there is no readable one. */
export function storedPerson(appId: string): Person | null {
  const [, payload = ''] = localStorage.getItem(idTokenKey(appId))?.split('.') ?? [];
  const claims = v.safeParse(
    Claims,
    parse(() => decodeBase64Url(payload)),
  );
  if (!claims.success) return null;
  const { sub, name, username, email } = claims.output;
  // A new account may have no name.
  return { key: sub, name: name ?? username ?? null, email: email ?? null };
}

const AccessToken = v.object({ token: v.string(), expiresAt: v.number() });

export interface TokenWanted {
  readonly resource: string;
  readonly organization: string | null;
  /** Seconds for which the token must remain valid. Default: 0. */
  readonly lasting?: number;
}

/** A session's access token if it is valid by the client's clock; `null` if a new one must be requested. */
export function storedToken(
  appId: string,
  { resource, organization, lasting = 0 }: TokenWanted,
): string | null {
  if (localStorage.getItem(idTokenKey(appId)) === null) return null;
  const key = `@${resource}${organization === null ? '' : `#${organization}`}`;
  const tokens = v.safeParse(
    v.object({ [key]: AccessToken }),
    parse(() => localStorage.getItem(keyOf(appId, 'accessToken')) ?? ''),
  );
  const found = tokens.success ? tokens.output[key] : undefined;
  return found !== undefined && found.expiresAt > Date.now() / 1_000 + lasting ? found.token : null;
}

function parse(read: () => string): unknown {
  try {
    return JSON.parse(read());
  } catch {
    return undefined;
  }
}

/** Decodes base64url (RFC 4648, section 5) as UTF-8. */
function decodeBase64Url(text: string): string {
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.codePointAt(0) ?? 0));
}

export interface Person {
  /** The user's key in Logto and Permit.io. */
  readonly key: string;
  readonly name: string | null;
  readonly email: string | null;
}
