import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { root } from '../start/settings.ts';
import type { FileResult } from './report.ts';

/** The reporter's output file, for a `vitest` in its own process. */
export const vitestReport = 'test-results/vitest.json';

/**
 * Writes the report for `report.ts`. Vitest's own JSON report omits errors outside of tests: an unhandled rejection
 * fails the run, and in this report it fails the file that was running.
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

/** A skipped test counts as failed; otherwise it would go unnoticed that it did not run. */
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
