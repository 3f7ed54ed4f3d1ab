export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The median with the lowest and the highest. @throws {RangeError} of nothing */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [sorted[0], sorted.at(-1)];
  const [below, above] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined || below === undefined || above === undefined)
    throw new RangeError('There is no median of nothing.');
  return { median: (below + above) / 2, low, high };
}

/** The same as ratios to a baseline, each to the one of its own round: what slowed a round slowed both. */
export function ratiosTo(values: readonly number[], baseline: readonly number[]): Spread {
  return spreadOf(values.map((value, round) => value / (baseline[round] ?? Number.NaN)));
}
