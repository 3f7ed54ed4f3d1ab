/**
 * The result of a condition. `mismatch` is neither true nor false: the condition compares values that cannot be
 * compared (a string with a number, an unknown operator). It stays a mismatch under `not`, so that a mistake
 * never grants anything. At the top level it counts as false.
 */
export type Verdict = boolean | 'mismatch';

/** Kleene's three-valued AND: one false decides, and a mismatch outweighs true. */
export function allOf<T>(parts: readonly T[], verdictOf: (part: T) => Verdict): Verdict {
  let all: Verdict = true;
  for (const part of parts) {
    const verdict = verdictOf(part);
    if (verdict === false) return false;
    if (verdict === 'mismatch') all = 'mismatch';
  }
  return all;
}

/** Kleene's three-valued OR: one true decides, and a mismatch outweighs false. */
export function anyOf<T>(parts: readonly T[], verdictOf: (part: T) => Verdict): Verdict {
  let any: Verdict = false;
  for (const part of parts) {
    const verdict = verdictOf(part);
    if (verdict === true) return true;
    if (verdict === 'mismatch') any = 'mismatch';
  }
  return any;
}

export function notAllOf<T>(parts: readonly T[], verdictOf: (part: T) => Verdict): Verdict {
  const verdict = allOf(parts, verdictOf);
  return verdict === 'mismatch' ? verdict : !verdict;
}
