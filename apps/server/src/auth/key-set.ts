import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/** Milliseconds. */
const limits = { betweenReloads: 2_000, maxAge: 600_000 };

export interface KeySet {
  readonly keyOf: JWTVerifyGetKey;
  /** Whether there are keys that are young enough to be used; fetches them when there are none. Never rejects. */
  readonly areKnown: () => Promise<boolean>;
}

/**
 * The issuer's public keys. A token with an unknown key id makes the keys be fetched at once, because Logto may just have
 * rotated them; calls at the same time share the fetch. Made-up key ids cannot cause more fetches than one in two seconds:
 * in between, the keys that are known decide.
 */
export function createKeySet(jwksUrl: string, deadline = 3_000): KeySet {
  // jose's own cooldown counts from every fetch, also from one that had nothing to do with an unknown key.
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
        // Only a fetch that succeeded says that the issuer has no such key.
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
