import { LRUCache } from 'lru-cache';
import type { Check } from '../decision.ts';
import { Invalidations, type Invalidation } from './invalidations.ts';
import type { PdpResult } from './pdp-response.ts';

export interface CacheOptions {
  /** Milliseconds that an answer serves; 0 turns the cache off. */
  readonly ttl: number;
  /** Answers kept. */
  readonly max: number;
  /** Milliseconds after a change in which answers about it are not kept: the PDP learns of it a moment later. */
  readonly propagationDelay: number;
  /** Milliseconds past `ttl` in which an old answer may serve while the PDP is out; 0: never. */
  readonly staleIfError: number;
}

interface Kept {
  readonly result: PdpResult;
  readonly at: number;
  readonly sequence: number;
}

/** The moment at which a question was asked, as far as changes go. */
export interface Asked {
  readonly key: string;
  readonly sequence: number;
}

/** Answers of the PDP, none of which outlives a change that touches it. */
export class DecisionCache {
  readonly #options: CacheOptions;
  readonly #invalidations = new Invalidations();
  readonly #kept: LRUCache<string, Kept>;

  constructor(options: CacheOptions) {
    this.#options = options;
    this.#kept = new LRUCache({ max: Math.max(1, options.max) });
  }

  /** Call before asking: two questions are the same when both parts are. */
  asking(check: Check): Asked {
    return { key: keyOf(check), sequence: this.#invalidations.latest(invalidationOf(check)).sequence };
  }

  fresh(asked: Asked): PdpResult | undefined {
    return this.#within(asked, this.#options.ttl);
  }

  /** An answer that is past its time, for when nothing better can be had. */
  stale(asked: Asked): PdpResult | undefined {
    const { ttl, staleIfError } = this.#options;
    return staleIfError === 0 ? undefined : this.#within(asked, ttl + staleIfError);
  }

  /** Keeps an answer, unless something that touches it changed since it was asked, or only just before. */
  keep({ key, sequence }: Asked, check: Check, result: PdpResult): void {
    const latest = this.#invalidations.latest(invalidationOf(check));
    const now = performance.now();
    if (
      this.#options.ttl === 0 ||
      latest.sequence !== sequence ||
      now - latest.at < this.#options.propagationDelay
    )
      return;
    this.#kept.set(key, { result, at: now, sequence });
  }

  invalidate(invalidated: Invalidation): void {
    this.#invalidations.add(invalidated);
  }

  #within({ key, sequence }: Asked, age: number): PdpResult | undefined {
    const kept = this.#kept.get(key);
    const holds = kept !== undefined && kept.sequence === sequence && performance.now() - kept.at < age;
    return holds ? kept.result : undefined;
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
