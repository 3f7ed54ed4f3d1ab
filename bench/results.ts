import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const Spread = z.object({ median: z.number(), low: z.number(), high: z.number() });

const Row = z.object({
  id: z.string(),
  title: z.string(),
  unit: z.string(),
  relativeTo: z.string(),
  isOurs: z.boolean().default(true),
  /** Absent: not measured, and `notMeasured` says why. */
  value: z.number().optional(),
  /** Speed relative to the baseline, in the same round. 2 is twice as fast. */
  ratio: Spread.optional(),
  /** The same by CPU time. */
  cpuRatio: Spread.optional(),
  note: z.string().optional(),
  notMeasured: z.string().optional(),
});

const GroupResult = z.object({
  title: z.string(),
  measuredAt: z.iso.datetime(),
  rounds: z.number(),
  machine: z.string(),
  rows: z.array(Row),
});

const Results = z.record(z.string(), GroupResult);

export type Row = z.output<typeof Row>;
export type GroupResult = z.output<typeof GroupResult>;
/** By the name of the group. */
export type Results = z.output<typeof Results>;

/** Nothing, when there is no such file. @throws when it is no file of results */
export function readResults(file: string): Results {
  return existsSync(file) ? Results.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
}
