import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPlaywright, readVitest } from './tally.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-tally-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function report(content: object): string {
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

test('skipped and todo tests count as failed', () => {
  const file = report({ numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 3 });
  expect(readVitest(file)).toEqual({ passed: 5, failed: 6 });
});

test('flaky and skipped browser tests count as failed', () => {
  const file = report({ stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 1 } });
  expect(readPlaywright(file)).toEqual({ passed: 5, failed: 3 });
});

test('a runner that crashed leaves no report', () => {
  expect(readVitest(join(folder, 'none.json'))).toBeUndefined();
  expect(readPlaywright(report({}))).toBeUndefined();
});

test('half a report is none', () => {
  const file = report({ numPassedTests: 5 });
  writeFileSync(file, '{"numPassedTests":5,');
  expect(readVitest(file)).toBeUndefined();
});
