import { hash, randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT, importJWK } from 'jose';
import { z } from 'zod';
import type { Logto } from '../logto.ts';
import { managementApiIndicator } from '../seed/management-api.ts';
import { RequestError } from './request-error.ts';

const Claims = z.object({
  sub: z.string(),
  scope: z.string().default(''),
  /** In seconds, like `nbf`, which only custom claims scripts add. */
  exp: z.number(),
  nbf: z.number().default(0),
});
type Claims = z.output<typeof Claims>;

/** The oldest is removed first. */
const maxCachedTokens = 1_000;

export function bearerToken(header: string | undefined): string {
  if (header === undefined) throw new RequestError('auth.authorization_header_missing', 401);
  if (!header.startsWith('Bearer '))
    throw new RequestError('auth.authorization_token_type_not_supported', 401, {
      data: { supportedTypes: ['Bearer'] },
    });
  return header.slice('Bearer '.length);
}

/**
 * Returns the subject of the token, which needs the scope `all`. A token is verified once and cached until it expires
 * or the keys change. Rejects with RequestError 401 `auth.authorization_header_missing` or `auth.unauthorized`, or
 * 403 `auth.forbidden`.
 */
export function createAuthenticate(logto: Logto): (header: string | undefined) => Promise<string> {
  const { signingKeys, clock } = logto;
  let verified = { by: signingKeys.keySet(), claims: new Map<string, Claims>() };

  const claimsOf = async (token: string): Promise<Claims> => {
    const by = signingKeys.keySet();
    if (verified.by !== by) verified = { by, claims: new Map() };
    const { claims } = verified;
    const id = hash('sha256', token);
    const known = claims.get(id);
    const now = Math.floor(clock.now() / 1000);
    if (known !== undefined && known.nbf <= now && now < known.exp) return known;
    const found = await verify(token, logto);
    const [oldest] = claims.keys();
    if (oldest !== undefined && claims.size >= maxCachedTokens) claims.delete(oldest);
    claims.set(id, found);
    return found;
  };

  return async (header) => {
    const { sub, scope } = await claimsOf(bearerToken(header));
    if (!scope.split(' ').includes('all')) throw new RequestError('auth.forbidden', 403);
    return sub;
  };
}

async function verify(token: string, { signingKeys, endpoint, clock }: Logto): Promise<Claims> {
  const { payload } = await jwtVerify(token, signingKeys.keySet(), {
    issuer: `${endpoint}/oidc`,
    audience: managementApiIndicator,
    currentDate: new Date(clock.now()),
  }).catch((cause: unknown) => {
    throw new RequestError('auth.unauthorized', 401, { data: cause });
  });
  return Claims.parse(payload);
}

export async function managementToken({ signingKeys, endpoint, clock }: Logto): Promise<string> {
  const [key] = signingKeys.list();
  if (key === undefined) throw new Error('There is no signing key.');
  const alg = signingKeys.algorithm();
  const now = Math.floor(clock.now() / 1000);
  return new SignJWT({ jti: randomUUID(), scope: 'all', client_id: 'logto-emulator' })
    .setProtectedHeader({ alg, typ: 'at+jwt', kid: key.jwk.kid })
    .setSubject('logto-emulator')
    .setIssuedAt(now)
    .setExpirationTime(now + 3600)
    .setIssuer(`${endpoint}/oidc`)
    .setAudience(managementApiIndicator)
    .sign(await importJWK(key.jwk, alg));
}
