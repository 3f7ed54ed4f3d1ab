import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { within } from '../platform/within.ts';

/** Milliseconds. */
const limits = {
  /** Between fetches for unknown key ids. */
  betweenReloads: 2_000,
  /** Older keys are fetched again while calls use them. */
  refreshAfter: 30_000,
  /** Calls wait until older keys are fetched again, so that a deleted key ends within a minute. */
  maxAge: 60_000,
  /** After this, readiness reports an outage. */
  readyAge: 600_000,
  /** How long known keys work while Logto's keys cannot be fetched: as long as a token from before the outage. */
  maxOutage: 3_600_000,
};

export interface KeySet {
  readonly keyOf: JWTVerifyGetKey;
  /** Resolves to the published key with this id. @throws the error of the fetch when no usable keys are known */
  readonly published: (kid: string) => Promise<PublishedKey | undefined>;
  /** Whether sufficiently recent keys are known. Waits `patience` milliseconds for a fetch that is due. Never rejects. */
  readonly areKnown: (patience: number) => Promise<boolean>;
}

/** A key in the issuer's JSON. Two keys with the same id differ. */
export type PublishedKey = string;

/**
 * The issuer's public keys. An unknown key id triggers a fetch, because Logto may have rotated its keys. Forged key ids
 * cause at most one fetch in two seconds.
 */
export function createKeySet(jwksUrl: string, deadline = 3_000): KeySet {
  // Fetches only when this module calls `reload`.
  const keys = createRemoteJWKSet(new URL(jwksUrl), {
    timeoutDuration: deadline,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
  });
  const never = Number.NEGATIVE_INFINITY;
  const at = { fetched: never, attempted: never, rotated: never, reloadedForUnknown: never };
  const since = (moment: keyof typeof at): number => performance.now() - at[moment];
  let published = new Map<string | undefined, PublishedKey>();
  let reloading: Promise<void> | undefined;
  let lastFailure: unknown;

  const fetchKeys = async (): Promise<void> => {
    at.attempted = performance.now();
    const startedAt = at.attempted;
    try {
      await keys.reload();
      const fetched = keys.jwks()?.keys.map((key) => [key.kid, JSON.stringify(key)] as const) ?? [];
      at.fetched = startedAt;
      if (published.size > 0 && fetched.some(([kid]) => !published.has(kid))) at.rotated = startedAt;
      published = new Map(fetched);
      lastFailure = undefined;
    } catch (error) {
      lastFailure = error;
      throw error;
    } finally {
      reloading = undefined;
    }
  };
  const reload = (): Promise<void> => (reloading ??= fetchKeys());

  /** Waits for keys that may be older than a minute; in an outage, only once a minute. */
  const refresh = async (): Promise<void> => {
    if (since('fetched') > limits.maxOutage) return reload();
    const isFailing = lastFailure !== undefined;
    const mustWait = since('fetched') > limits.maxAge && (!isFailing || since('attempted') > limits.maxAge);
    const isDue = since('attempted') > (isFailing ? limits.betweenReloads : limits.refreshAfter);
    if (!mustWait && !isDue) return undefined;
    const reloaded = reload().catch(() => {});
    return mustWait ? reloaded : undefined;
  };
  /** Only a successful fetch proves that the issuer has no such key. One before a second rotation does not. */
  const refusal = (): unknown =>
    lastFailure ??
    (since('rotated') < limits.betweenReloads
      ? new Error('The keys were rotated a moment ago.')
      : new errors.JWKSNoMatchingKey());
  return {
    async keyOf(header, token) {
      await refresh();
      if (!published.has(header.kid)) {
        const isJoining = reloading !== undefined;
        if (!isJoining) {
          if (since('reloadedForUnknown') < limits.betweenReloads) throw refusal();
          at.reloadedForUnknown = performance.now();
        }
        await reload();
        if (isJoining && !published.has(header.kid)) throw refusal();
      }
      return keys(header, token);
    },
    async published(kid) {
      await refresh();
      return published.get(kid);
    },
    async areKnown(patience) {
      const isDue = since('attempted') > limits.maxAge || lastFailure !== undefined;
      if (isDue || reloading !== undefined) await within(patience, reload(), () => {}).catch(() => {});
      return since('fetched') < limits.readyAge && published.size > 0;
    },
  };
}
