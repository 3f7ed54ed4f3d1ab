import { LRUCache } from 'lru-cache';
import { AppError } from '../../platform/app-error.ts';
import type { Identity } from '../../authentication/identity.ts';

/**
 * Explanations per minute on one replica. Each takes about seven Permit API calls, of which 3,000 a minute may be
 * allowed, and sync needs half of them.
 */
const most = { perPerson: 30, perTenant: 100, total: 200 };

const minute = 60_000;

export interface ExplanationLimits {
  /** Counts one explanation. @throws {AppError} `EXPLANATION_LIMIT` */
  count(caller: Pick<Identity, 'tenant' | 'subject'>): void;
}

/** Counts explanations in windows of a minute that start with the first one. */
export function createExplanationLimits(): ExplanationLimits {
  const counts = new LRUCache<string, number>({ max: 10_000, ttl: minute, noUpdateTTL: true });
  return {
    count({ tenant, subject }) {
      const counted = [
        { key: JSON.stringify([tenant, subject]), limit: most.perPerson },
        { key: JSON.stringify([tenant]), limit: most.perTenant },
        { key: '[]', limit: most.total },
      ];
      if (counted.some(({ key, limit }) => (counts.get(key) ?? 0) >= limit))
        throw new AppError('EXPLANATION_LIMIT', 'Too many requests for explanations. Try again in a minute.');
      for (const { key } of counted) counts.set(key, (counts.get(key) ?? 0) + 1);
    },
  };
}
