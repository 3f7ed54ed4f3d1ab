import type { Opened, Sample, Variant } from './variant.ts';

export interface Row extends Pick<Variant, 'id' | 'title' | 'unit' | 'relativeTo'> {
  /** The median; absent if the variant was not measured. */
  readonly value?: number;
  /** The speed relative to the baseline's in the same round: 2 is twice as fast. */
  readonly ratio?: Spread;
  /** The same ratio, computed from CPU time. */
  readonly cpuRatio?: Spread;
  readonly notMeasured?: string;
}

interface Entry {
  readonly variant: Variant;
  readonly samples: Sample[];
  opened?: Opened;
  notMeasured?: string;
}

/**
 * Measures all variants in rounds, every second round in reverse order, so that temporary load on the machine affects
 * all of them. A variant that fails is not measured again, and its row has the reason.
 */
export async function measureGroup(
  variants: readonly Variant[],
  rounds: number,
  onProgress: (done: string) => void,
): Promise<Row[]> {
  await using stack = new AsyncDisposableStack();
  const entries: Entry[] = variants.map((variant) => ({ variant, samples: [] }));
  const all = entries.length * (rounds + 1);
  let done = 0;
  const attempt = async (entry: Entry, work: () => Promise<void>): Promise<void> => {
    onProgress(`${(done += 1)} of ${all}, ${entry.variant.title}`);
    try {
      if (entry.notMeasured === undefined) await work();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      entry.notMeasured = why.replaceAll(/\s*\n\s*/g, ' ').slice(0, 300);
    }
  };
  /* oxlint-disable no-await-in-loop -- one after the other */
  for (const entry of entries) {
    await attempt(entry, async () => {
      entry.opened = await entry.variant.open(stack);
    });
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of round % 2 === 0 ? entries : entries.toReversed()) {
      await attempt(entry, async () => {
        const sample = await entry.opened?.measure();
        if (sample !== undefined) entry.samples.push(sample);
      });
    }
  }
  /* oxlint-enable no-await-in-loop */
  return entries.map((entry) => rowOf(entry, entries));
}

const values = (samples: readonly Sample[]): number[] => samples.map(({ value }) => value);
const perCpu = (samples: readonly Sample[]): number[] =>
  samples.flatMap(({ cpu }) => (cpu === undefined ? [] : 1 / cpu));
const speeds = (samples: readonly Sample[], faster: Variant['faster']): number[] =>
  values(samples).map((value) => (faster === 'higher' ? value : 1 / value));

function rowOf({ variant, samples, notMeasured }: Entry, entries: readonly Entry[]): Row {
  const { id, title, unit, relativeTo, faster } = variant;
  const row = { id, title, unit, relativeTo };
  if (notMeasured !== undefined) return { ...row, notMeasured };
  const baseline = entries.find((entry) => entry.variant.id === relativeTo)?.samples ?? [];
  // If the baseline failed in a round, nothing is compared with it.
  const isCompared = baseline.length === samples.length;
  const knowsCpu = isCompared && perCpu(samples).length === samples.length;
  return {
    ...row,
    value: spreadOf(values(samples)).median,
    ...(isCompared && { ratio: ratiosTo(speeds(samples, faster), speeds(baseline, faster)) }),
    ...(knowsCpu && { cpuRatio: ratiosTo(perCpu(samples), perCpu(baseline)) }),
  };
}

export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** @throws {RangeError} if there are no values */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [sorted[0], sorted.at(-1)];
  const [below, above] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined || below === undefined || above === undefined)
    throw new RangeError('There is no median of nothing.');
  return { median: (below + above) / 2, low, high };
}

/** Compares each value with the baseline's of the same round, which ran under the same load. */
export function ratiosTo(values: readonly number[], baseline: readonly number[]): Spread {
  return spreadOf(values.map((value, round) => value / (baseline[round] ?? Number.NaN)));
}
