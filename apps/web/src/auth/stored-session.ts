import * as v from 'valibot';
import { personOf, type Person } from './person.ts';

// What Logto's client keeps in `localStorage`, read without the client: it is loaded when something has to be asked of Logto.
// auth.test.ts holds this to the client.

const keyOf = (appId: string, item: string): string => `logto:${appId}:${item}`;

/** Where the ID token of the session is. */
export const idTokenKey = (appId: string): string => keyOf(appId, 'idToken');

const Claims = v.object({
  sub: v.string(),
  name: v.nullish(v.string()),
  username: v.nullish(v.string()),
  email: v.nullish(v.string()),
});

/** The person of the ID token, which the client verified when it came; `null` without one that can be read. */
export function storedPerson(appId: string): Person | null {
  const [, payload = ''] = localStorage.getItem(idTokenKey(appId))?.split('.') ?? [];
  const claims = v.safeParse(
    Claims,
    parse(() => decodeBase64Url(payload)),
  );
  return claims.success ? personOf(claims.output) : null;
}

const AccessToken = v.object({ token: v.string(), expiresAt: v.number() });

export interface TokenWanted {
  readonly resource: string;
  readonly organization: string | null;
  /** Seconds that it has to be good for. Default: 0. */
  readonly lasting?: number;
}

/** The access token of a session, as long as it lasts by the client's clock; `null`: a new one has to be asked for. */
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

/** RFC 4648 section 5, of UTF-8. */
function decodeBase64Url(text: string): string {
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.codePointAt(0) ?? 0));
}
