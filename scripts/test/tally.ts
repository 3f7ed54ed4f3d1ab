import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** Test counts of one runner. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** The counts in the JSON reports of vitest and of Playwright. */
const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});
const PlaywrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

/** Reads vitest's report. A skipped test counts as failed: otherwise nobody would notice that it did not run. */
export function readVitest(file: string): Tally | undefined {
  const { data } = VitestReport.safeParse(readJson(file));
  if (data === undefined) return undefined;
  return {
    passed: data.numPassedTests,
    failed: data.numFailedTests + data.numPendingTests + data.numTodoTests,
  };
}

/** Reads Playwright's report. A flaky or skipped test counts as failed. */
export function readPlaywright(file: string): Tally | undefined {
  const { data } = PlaywrightReport.safeParse(readJson(file));
  if (data === undefined) return undefined;
  const { expected, unexpected, flaky, skipped } = data.stats;
  return { passed: expected, failed: unexpected + flaky + skipped };
}

/** A runner that was killed may leave half a report, which is none. */
function readJson(file: string): unknown {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
