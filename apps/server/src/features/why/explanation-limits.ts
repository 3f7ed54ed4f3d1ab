import { LRUCache } from 'lru-cache';
import { AppError } from '../../app-error.ts';

/**
 * Explanations in a minute, of one person and of all, on one replica. Each is about seven calls of Permit's API, which may allow
 * 3,000 a minute, and sync needs most of them.
 */
const mostOfOne = 30;
const mostOfAll = 120;

const minute = 60_000;

/** The key under which all are counted: no subject is empty. */
const everybody = '';

export interface ExplanationLimits {
  /** Counts one explanation. @throws {AppError} `EXPLANATION_LIMIT` */
  count(subject: string): void;
}

/** Counts explanations by the minute that begins with the first one. */
export function createExplanationLimits(): ExplanationLimits {
  const counts = new LRUCache<string, number>({ max: 10_000, ttl: minute, noUpdateTTL: true });
  return {
    count(subject) {
      const ofOne = counts.get(subject) ?? 0;
      const ofAll = counts.get(everybody) ?? 0;
      if (ofOne >= mostOfOne || ofAll >= mostOfAll)
        throw new AppError('EXPLANATION_LIMIT', 'That were many explanations: try again in a minute.');
      counts.set(subject, ofOne + 1);
      counts.set(everybody, ofAll + 1);
    },
  };
}
