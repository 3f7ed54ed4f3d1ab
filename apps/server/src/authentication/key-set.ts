import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/** Milliseconds. */
const limits = { betweenReloads: 2_000, maxAge: 600_000 };

export interface KeySet {
  readonly keyOf: JWTVerifyGetKey;
  /** Whether sufficiently recent keys are known; fetches them if not. Never rejects. */
  readonly areKnown: () => Promise<boolean>;
}

/**
 * The issuer's public keys. An unknown key id triggers a fetch, because Logto may have rotated its keys. Forged key ids
 * cause at most one fetch in two seconds.
 */
export function createKeySet(jwksUrl: string, deadline = 3_000): KeySet {
  // jose's own cooldown starts at every fetch, including those not caused by an unknown key.
  const keys = createRemoteJWKSet(new URL(jwksUrl), {
    timeoutDuration: deadline,
    cacheMaxAge: limits.maxAge,
    cooldownDuration: Number.MAX_SAFE_INTEGER,
  });
  let reloadedAt = Number.NEGATIVE_INFINITY;
  let reloading: Promise<void> | undefined;
  let lastFailure: unknown;

  const reload = (): Promise<void> => {
    if (reloading === undefined) {
      reloadedAt = performance.now();
      reloading = keys
        .reload()
        .then(
          () => {
            lastFailure = undefined;
          },
          (error: unknown) => {
            lastFailure = error;
            throw error;
          },
        )
        .finally(() => {
          reloading = undefined;
        });
    }
    return reloading;
  };
  const keyOf: JWTVerifyGetKey = async (header, token) => {
    const isUnknown = keys.jwks()?.keys.every(({ kid }) => kid !== header.kid) === true;
    if (isUnknown) {
      if (reloading === undefined && performance.now() - reloadedAt < limits.betweenReloads) {
        // Only a successful fetch proves that the issuer has no such key.
        throw lastFailure ?? new errors.JWKSNoMatchingKey();
      }
      await reload();
    }
    return keys(header, token);
  };
  return {
    keyOf,
    async areKnown() {
      if (!keys.fresh) await reload().catch(() => {});
      return keys.fresh && (keys.jwks()?.keys.length ?? 0) > 0;
    },
  };
}
