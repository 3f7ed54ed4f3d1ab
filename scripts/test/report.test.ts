import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPlaywright, readVitest } from './report.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-report-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function report(content: string | object): string {
  const file = join(folder, 'report.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const spec = (file: string, title: string, status: string, message?: string) => ({
  file,
  title,
  tests: [{ status, results: [{}, ...(message === undefined ? [] : [{ error: { message } }])] }],
});

test("reads Playwright's report: counts the tests of each file, nested ones too, and a skipped test as failed", () => {
  const file = report({
    suites: [
      {
        specs: [spec('a.spec.ts', 'one', 'expected'), spec('a.spec.ts', 'two', 'skipped')],
        suites: [{ specs: [spec('a.spec.ts', 'three', 'unexpected', 'no row')] }],
      },
      { specs: [spec('b.spec.ts', 'four', 'expected')] },
    ],
    errors: [{ message: 'the build failed' }],
  });
  expect(readPlaywright(file)).toEqual([
    {
      file: 'e2e/a.spec.ts',
      passed: 1,
      failures: [
        { test: 'two', error: 'skipped' },
        { test: 'three', error: 'no row' },
      ],
    },
    { file: 'e2e/b.spec.ts', passed: 1, failures: [] },
    { file: '', passed: 0, failures: [{ test: '', error: 'the build failed' }] },
  ]);
});

test('returns nothing for a missing or incomplete report', () => {
  expect(readVitest(join(folder, 'none.json'))).toBeUndefined();
  expect(readPlaywright(report({}))).toBeUndefined();
  expect(readVitest(report('[{"file":"a.test.ts","passed":5,'))).toBeUndefined();
});
