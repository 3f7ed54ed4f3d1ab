import { hash } from 'node:crypto';
import { defaultTenant, tenantKey, userKey } from '@latchkey/directory-sync';
import { errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { AppError } from '../platform/app-error.ts';
import { createKeySet, type KeySet, type PublishedKey } from './key-set.ts';
import type { Identity, VerifyToken } from './identity.ts';
import {
  actorsIn,
  algorithms,
  clockTolerance,
  isFor,
  isOwn,
  readClaims,
  type Claims,
  type Expected,
} from './token-claims.ts';

export interface TokenVerifierOptions extends Expected {
  readonly jwksUrl: string;
  /** The capacity of each of the two caches, for verified and for forged tokens. Default: 10,000 tokens. */
  readonly remember?: number;
  /** Timeout of a key fetch in milliseconds. Default: 3,000. */
  readonly deadline?: number | undefined;
}

interface Verified {
  readonly identity: Identity;
  readonly kid: string;
  readonly key: PublishedKey;
}

/**
 * Verifies Logto's access tokens: cheap checks first, then the signature. Caches results until the token expires or its
 * key is no longer published, also those of forged tokens, by the token's SHA-256.
 */
export function createTokenVerifier(
  options: TokenVerifierOptions,
): VerifyToken & { readonly areKeysKnown: KeySet['areKnown'] } {
  const { jwksUrl, remember = 10_000, deadline, ...expected } = options;
  const keys = createKeySet(jwksUrl, deadline);
  const verified = new LRUCache<string, Verified>({ max: remember });
  const forged = new LRUCache<string, AppError>({ max: remember, ttl: 5 * 60_000 });
  const publishedKey = (kid: string): Promise<PublishedKey | undefined> =>
    keys.published(kid).catch((error: unknown) => {
      throw refusalOf(error);
    });

  const verify: VerifyToken = async (token, beforeVerification) => {
    const id = hash('sha256', token, 'base64url');
    const known = verified.get(id);
    if (
      known !== undefined &&
      known.identity.expiresAt + clockTolerance > Date.now() / 1000 &&
      (await publishedKey(known.kid)) === known.key
    )
      return known.identity;
    const refused = forged.get(id);
    if (refused !== undefined) throw refused;
    const { claims, kid } = readClaims(token, expected);
    await beforeVerification?.();
    try {
      await verifySignature(token, keys.keyOf, expected);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.code === 'TOKEN_SIGNATURE') forged.set(id, refusal);
      throw refusal;
    }
    const identity = identityOf(claims, expected);
    const key = await publishedKey(kid);
    if (key !== undefined) verified.set(id, { identity, kid, key });
    return identity;
  };
  return Object.assign(verify, { areKeysKnown: keys.areKnown });
}

async function verifySignature(
  token: string,
  keys: JWTVerifyGetKey,
  { issuer, audience, delegated = audience }: Expected,
): Promise<void> {
  await jwtVerify(token, keys, {
    issuer,
    audience: [audience, delegated],
    algorithms,
    typ: 'at+jwt',
    clockTolerance,
  });
}

function identityOf(claims: Claims, { delegated }: Pick<Expected, 'delegated'>): Identity {
  const { sub, organization_id: organization, exp, iat, client_id: clientId = '', scope = '' } = claims;
  const actors = actorsIn(claims).map(userKey);
  return {
    subject: userKey(sub),
    tenant: organization === undefined ? defaultTenant : tenantKey(organization),
    issuedAt: iat ?? 0,
    expiresAt: exp,
    ...(isOwn(claims) && { isMachine: true }),
    ...(actors.length > 0 && { actors }),
    ...(isFor(claims, delegated) && {
      via: { clientId },
      scopes: scope.split(' ').filter((one) => one !== ''),
    }),
  };
}

function refusalOf(cause: unknown): AppError {
  if (cause instanceof errors.JWTExpired)
    return new AppError('TOKEN_EXPIRED', 'The token has expired.', { cause });
  if (cause instanceof errors.JWSSignatureVerificationFailed) {
    return new AppError('TOKEN_SIGNATURE', 'The signature of the token is not valid.', { cause });
  }
  if (cause instanceof errors.JWKSNoMatchingKey) {
    return new AppError(
      'TOKEN_KEY_UNKNOWN',
      'The token is signed with a key that the issuer does not publish.',
      { cause },
    );
  }
  if (cause instanceof errors.JWTClaimValidationFailed) {
    return new AppError('TOKEN_CLAIMS', `The claim ${cause.claim} is not acceptable.`, { cause });
  }
  if (
    cause instanceof errors.JWSInvalid ||
    cause instanceof errors.JWTInvalid ||
    // The header requires an unsupported extension (`crit`) or algorithm.
    cause instanceof errors.JOSENotSupported ||
    cause instanceof errors.JOSEAlgNotAllowed
  ) {
    return new AppError('TOKEN_MALFORMED', 'The token is not well formed.', { cause });
  }
  return new AppError('AUTHENTICATION_UNAVAILABLE', 'The keys of the issuer cannot be fetched right now.', {
    cause,
  });
}

/** Returns the token of an `Authorization: Bearer …` header (RFC 6750). @throws {AppError} `TOKEN_MISSING` */
export function bearerToken(header: string | undefined): string {
  const [, token] = /^Bearer ([\w\-.~+/]+=*)$/i.exec(header ?? '') ?? [];
  if (token === undefined)
    throw new AppError('TOKEN_MISSING', 'Send an access token as `Authorization: Bearer …`.');
  return token;
}
