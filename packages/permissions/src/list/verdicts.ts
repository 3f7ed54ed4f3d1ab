import { inAll, inAny, type Rows } from './row-condition.ts';

/**
 * The rows for which a condition is true, and those for which it is false. It is neither for rows whose values cannot be
 * compared, so an invalid condition grants nothing, not even under `not`.
 */
export interface Verdicts {
  readonly isTrue: Rows;
  readonly isFalse: Rows;
}

/** An invalid condition: neither true nor false for any row. */
export const invalid: Verdicts = { isTrue: false, isFalse: false };

export function allOf(parts: readonly Verdicts[]): Verdicts {
  return {
    isTrue: inAll(parts.map(({ isTrue }) => isTrue)),
    isFalse: inAny(parts.map(({ isFalse }) => isFalse)),
  };
}

export function anyOf(parts: readonly Verdicts[]): Verdicts {
  return not(allOf(parts.map(not)));
}

export function not({ isTrue, isFalse }: Verdicts): Verdicts {
  return { isTrue: isFalse, isFalse: isTrue };
}
