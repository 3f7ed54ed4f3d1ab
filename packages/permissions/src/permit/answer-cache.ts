import { LRUCache } from 'lru-cache';
import type { Check } from '../decision.ts';
import { Invalidations, type Invalidation } from './invalidations.ts';
import type { PdpResult } from './pdp-response.ts';

/** The decision cache. The defaults are in `decider-defaults.ts`. */
export interface CacheOptions {
  /** Milliseconds that a decision is used; 0 turns the cache off. Default: 5,000. */
  readonly ttl: number;
  /** Decisions kept at most; the least recently used is dropped first. Default: 50,000. */
  readonly max: number;
  /**
   * Milliseconds after an invalidation in which decisions that it affects are not stored: the PDP learns of a change a
   * moment after Permit's API. Default: 2,000.
   */
  readonly propagationDelay: number;
  /** Milliseconds past `ttl` in which an expired decision is used while the PDP is unavailable; 0: never. Default: 0. */
  readonly staleIfError: number;
}

interface Entry {
  readonly result: PdpResult;
  /** When the entry was stored: milliseconds, monotonic. */
  readonly at: number;
  readonly sequence: number;
}

/** The cache key of a check, with the sequence number of the last invalidation that affects it. */
export interface VersionedKey {
  readonly key: string;
  readonly sequence: number;
}

/** Decisions of the PDP. An entry is never returned after an invalidation that affects it. */
export class DecisionCache {
  readonly #options: CacheOptions;
  readonly #invalidations = new Invalidations();
  readonly #entries: LRUCache<string, Entry>;

  constructor(options: CacheOptions) {
    this.#options = options;
    this.#entries = new LRUCache({ max: Math.max(1, options.max) });
  }

  /** Call this before asking the PDP. Two checks are the same question when both parts are equal. */
  keyFor(check: Check): VersionedKey {
    return { key: keyOf(check), sequence: this.#invalidations.latest(invalidationOf(check)).sequence };
  }

  getFresh(key: VersionedKey): PdpResult | undefined {
    return this.#getYoungerThan(this.#options.ttl, key);
  }

  /** An expired entry within `staleIfError`, for when the PDP is unavailable. */
  getStale(key: VersionedKey): PdpResult | undefined {
    return this.#getYoungerThan(this.#options.ttl + this.#options.staleIfError, key);
  }

  /** Stores a result, unless an invalidation that affects it happened after `keyFor`, or within the propagation delay. */
  store({ key, sequence }: VersionedKey, check: Check, result: PdpResult): void {
    const latest = this.#invalidations.latest(invalidationOf(check));
    const now = performance.now();
    if (
      this.#options.ttl === 0 ||
      latest.sequence !== sequence ||
      now - latest.at < this.#options.propagationDelay
    )
      return;
    this.#entries.set(key, { result, at: now, sequence });
  }

  invalidate(invalidated: Invalidation): void {
    this.#invalidations.add(invalidated);
  }

  #getYoungerThan(age: number, { key, sequence }: VersionedKey): PdpResult | undefined {
    const entry = this.#entries.get(key);
    const isValid = entry !== undefined && entry.sequence === sequence && performance.now() - entry.at < age;
    return isValid ? entry.result : undefined;
  }
}

function invalidationOf({ subject, tenant, permission, instance }: Check): Invalidation {
  return {
    subject,
    tenant,
    instance: instance === undefined ? undefined : `${permission.split(':')[0]}:${instance}`,
  };
}

function keyOf({ subject, tenant, permission, instance, attributes, context }: Check): string {
  return JSON.stringify([subject, tenant, permission, instance, attributes, context]);
}
