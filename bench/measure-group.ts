import { ratiosTo, spreadOf, type Spread } from './statistics.ts';
import type { Opened, Sample, Variant } from './variant.ts';

/** What came out for a variant. */
export interface Row extends Pick<Variant, 'id' | 'title' | 'unit' | 'relativeTo'> {
  /** The median; absent: not measured, and `notMeasured` has the reason. */
  readonly value?: number;
  /** Speed relative to the baseline, in the same round. 2 is twice as fast. */
  readonly ratio?: Spread;
  /** The same by CPU time. */
  readonly cpuRatio?: Spread;
  readonly notMeasured?: string;
}

/** A variant in the rounds, with what was measured of it. */
interface Entry {
  readonly variant: Variant;
  readonly samples: Sample[];
  opened?: Opened;
  notMeasured?: string;
}

/**
 * Measures all variants in alternating rounds: one after the other, every second round backwards, so that what slows the machine
 * for a while slows all of them. A variant that fails is left out from then on, and its row has the reason.
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
  // A baseline that failed in some round is none.
  const isCompared = baseline.length === samples.length;
  const knowsCpu = isCompared && perCpu(samples).length === samples.length;
  return {
    ...row,
    value: spreadOf(values(samples)).median,
    ...(isCompared && { ratio: ratiosTo(speeds(samples, faster), speeds(baseline, faster)) }),
    ...(knowsCpu && { cpuRatio: ratiosTo(perCpu(samples), perCpu(baseline)) }),
  };
}
