import { existsSync, readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { z } from 'zod';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { root } from '../start/settings.ts';

const FileResult = z.object({
  /** The path of the file, relative to the root of the repository. Empty for errors outside of files. */
  file: z.string(),
  passed: z.number(),
  /** The failures, one per failed test. `test` is empty for an error outside of tests. */
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

/** Reads the report of {@link FileReporter}. Returns undefined if the runner ended without a report. */
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

/** Returns undefined for an incomplete report, which a killed runner may leave. */
function readJson(file: string): unknown {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Written by Vitest's process. */
export const vitestReport = 'test-results/vitest.json';

/**
 * Writes the report for {@link readVitest}. Unlike Vitest's JSON report, it includes errors outside of tests: an
 * unhandled rejection fails the file that was running.
 */
export default class FileReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const results = new Map(modules.map((module) => [module.moduleId, resultOf(module)]));
    for (const error of unhandled) {
      const file: unknown = error['VITEST_TEST_PATH'];
      const id = typeof file === 'string' ? file : '';
      const result = results.get(id) ?? { file: relative(root, id), passed: 0, failures: [] };
      const failures = [...result.failures, { test: '', error: error.message }];
      results.set(id, { ...result, failures });
    }
    mkdirSync(dirname(vitestReport), { recursive: true });
    writeFileSync(vitestReport, JSON.stringify([...results.values()]));
  }
}

/** Counts a skipped test as failed, so that it does not go unnoticed. */
function resultOf(module: TestModule): FileResult {
  const tests = [...module.children.allTests()];
  const failed = tests.filter((test) => test.result().state !== 'passed');
  const ofTests = failed.map((test) => {
    const { state, errors } = test.result();
    return { test: test.fullName, error: errors?.[0]?.message ?? state };
  });
  const ofFile = module.errors().map(({ message }) => ({ test: '', error: message }));
  return {
    file: relative(root, module.moduleId),
    passed: tests.length - failed.length,
    failures: [...ofFile, ...ofTests],
  };
}
