import { decodeJwt, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { AppError } from '../platform/app-error.ts';

/**
 * The algorithm depends on Logto's key: ES384 on a fresh install, ES256 or ES512 with a custom key, RS256 or PS256
 * after a rotation to RSA. A token is verified only with the algorithm of the published key.
 */
export const algorithms = ['ES256', 'ES384', 'ES512', 'RS256', 'PS256'];

/** Allowed clock skew between Logto and this server, in seconds. */
export const clockTolerance = 5;

const Header = z.object({ alg: z.string(), typ: z.string().optional(), kid: z.string() });

/** The current actor and the prior actors (RFC 8693, section 4.1). */
const Act = z.object({
  sub: z.string().min(1),
  iss: z.string().optional(),
  get act() {
    return Act.optional();
  },
});
type Act = z.output<typeof Act>;

/** Maximum number of actors in a token, because the server reads each actor's account. */
const maxActors = 8;

const Claims = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  sub: z.string().min(1),
  exp: z.number(),
  iat: z.number().optional(),
  organization_id: z.string().min(1).optional(),
  client_id: z.string().optional(),
  scope: z.string().optional(),
  act: Act.optional(),
});
export type Claims = z.output<typeof Claims>;

export interface Expected {
  readonly issuer: string;
  readonly audience: string;
  /** The audience of applications that act for a person within the scopes of the token. Default: there are none. */
  readonly delegated?: string | undefined;
  /**
   * The applications whose tokens may act for users who signed in there. An application's own token is always accepted.
   * Default: every application of the issuer.
   */
  readonly clients?: readonly string[] | undefined;
  /** The ids of keys that are refused although the issuer may publish them, because they have leaked. Default: none. */
  readonly refusedKeys?: readonly string[] | undefined;
}

/**
 * Reads a token's claims and key id, and refuses unacceptable ones before the signature is verified, which takes almost
 * a millisecond of CPU. Does not prove that the token is genuine.
 * @throws {AppError} `TOKEN_*`
 */
export function readClaims(
  token: string,
  { issuer, audience, delegated, clients, refusedKeys = [] }: Expected,
): { readonly claims: Claims; readonly kid: string } {
  const { header, claims } = decode(token);
  if (!algorithms.includes(header.alg))
    throw new AppError('TOKEN_ALGORITHM', `Tokens signed with ${header.alg} are not accepted.`);
  if (refusedKeys.includes(header.kid))
    throw new AppError('TOKEN_KEY_UNKNOWN', 'Tokens of this key are refused: LOGTO_REFUSED_KEYS.');
  if (header.typ?.toLowerCase() !== 'at+jwt')
    throw new AppError('TOKEN_TYPE', 'This is not an access token for an API resource.');
  if (claims.iss !== issuer) throw new AppError('TOKEN_ISSUER', 'The token is of another issuer.');
  if (!isFor(claims, audience) && !isFor(claims, delegated))
    throw new AppError('TOKEN_AUDIENCE', 'The token is for another API.');
  if (
    !isFor(claims, delegated) &&
    clients !== undefined &&
    !isOwn(claims) &&
    !clients.some((client) => client === claims.client_id)
  )
    throw new AppError('TOKEN_CLIENT', 'Tokens of this application are not accepted: LOGTO_TRUSTED_APP_IDS.');
  if (actorsIn(claims).length > maxActors || actsIn(claims).some(({ iss = issuer }) => iss !== issuer))
    throw new AppError('TOKEN_CLAIMS', 'The claim act is not acceptable.');
  if (claims.exp + clockTolerance <= Date.now() / 1000)
    throw new AppError('TOKEN_EXPIRED', 'The token has expired.');
  return { claims, kid: header.kid };
}

export function isFor({ aud }: Pick<Claims, 'aud'>, audience: string | undefined): boolean {
  return audience !== undefined && [aud].flat().includes(audience);
}

/** Whether the token is an application's own: its subject is the application. */
export function isOwn({ sub, client_id: client }: Pick<Claims, 'sub' | 'client_id'>): boolean {
  return client === sub;
}

/** Returns the ids of the actors, the current one first. Omits an actor who is the subject. */
export function actorsIn(claims: Pick<Claims, 'sub' | 'act'>): string[] {
  return actsIn(claims).flatMap(({ sub }) => (sub === claims.sub ? [] : sub));
}

function actsIn({ act }: { readonly act?: Act | undefined }): Act[] {
  return act === undefined ? [] : [act, ...actsIn(act)];
}

function decode(token: string): { header: z.output<typeof Header>; claims: Claims } {
  let header: unknown;
  let claims: unknown;
  try {
    header = decodeProtectedHeader(token);
    claims = decodeJwt(token);
  } catch (cause) {
    throw new AppError(
      'TOKEN_MALFORMED',
      'The bearer token is not a JWT. Ask Logto for one with `resource`.',
      { cause },
    );
  }
  const head = Header.safeParse(header);
  if (!head.success)
    throw new AppError('TOKEN_MALFORMED', 'The token header lacks `alg` or `kid`.', { cause: head.error });
  const body = Claims.safeParse(claims);
  if (!body.success) throw new AppError('TOKEN_CLAIMS', 'The token lacks a claim.', { cause: body.error });
  return { header: head.data, claims: body.data };
}
