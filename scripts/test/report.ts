import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const FileResult = z.object({
  /** Relative to the root of the repository. Empty for errors outside of files. */
  file: z.string(),
  passed: z.number(),
  /** One per failed test. `test` is empty for an error outside of tests. */
  failures: z.array(z.object({ test: z.string(), error: z.string() })),
});

/** The outcome of one run of a test file. */
export type FileResult = z.output<typeof FileResult>;

const PlaywrightResult = z.object({ error: z.object({ message: z.string() }).optional() });
const PlaywrightSpec = z.object({
  file: z.string(),
  title: z.string(),
  tests: z.array(z.object({ status: z.string(), results: z.array(PlaywrightResult) })),
});
const PlaywrightSuite = z.object({
  specs: z.array(PlaywrightSpec),
  get suites() {
    return z.array(PlaywrightSuite).default([]);
  },
});
const PlaywrightReport = z.object({
  suites: z.array(PlaywrightSuite),
  errors: z.array(z.object({ message: z.string().default('') })),
});

/** Reads the report of vitest-reporter.ts. Undefined: the runner ended without a report. */
export function readVitest(file: string): FileResult[] | undefined {
  return z.array(FileResult).safeParse(readJson(file)).data;
}

/** Reads Playwright's JSON report. A skipped test counts as failed. */
export function readPlaywright(file: string): FileResult[] | undefined {
  const { data } = PlaywrightReport.safeParse(readJson(file));
  if (data === undefined) return undefined;
  const results = new Map<string, FileResult>();
  for (const { file: spec, title, tests } of data.suites.flatMap(specsOf)) {
    const path = `e2e/${spec}`;
    const result = results.get(path) ?? { file: path, passed: 0, failures: [] };
    results.set(path, result);
    for (const test of tests) {
      if (test.status === 'expected') result.passed += 1;
      else {
        const error = test.results.find((one) => one.error !== undefined)?.error?.message ?? test.status;
        result.failures.push({ test: title, error });
      }
    }
  }
  for (const { message } of data.errors) {
    results.set(`error ${results.size}`, { file: '', passed: 0, failures: [{ test: '', error: message }] });
  }
  return [...results.values()];
}

function specsOf(suite: z.output<typeof PlaywrightSuite>): z.output<typeof PlaywrightSpec>[] {
  return [...suite.specs, ...suite.suites.flatMap(specsOf)];
}

/** A killed runner may leave an incomplete report, which is ignored. */
function readJson(file: string): unknown {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
