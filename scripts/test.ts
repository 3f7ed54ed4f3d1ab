import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readOptions } from './read-options.ts';
import { root } from './start/settings.ts';
import { readPlaywright, readVitest, type Tally } from './test/tally.ts';

const usage = `Runs the tests: types, then unit and integration, then the browser against the running whole.

  pnpm test [--only types|unit|browser]…

  --only <part>  run this part only; may be given more than once
  --help         print this

The browser is CHROMIUM_PATH, an installed Chromium or Chrome, or Playwright's own; on Debian, root installs the package
chromium where there is none. Screenshots of every page are kept in e2e/test-results/screenshots.

The last line counts all tests; the exit code is 0 only when every part ran and every test passed.
`;

const PARTS = ['types', 'unit', 'browser'] as const;
type Part = (typeof PARTS)[number];

/** The result of a part: whether its runner succeeded, and how many tests it counted. Without a report there is no tally. */
interface Outcome {
  readonly ok: boolean;
  readonly tally: Tally | undefined;
}

/** Runs a program of the workspace. @returns whether it succeeded */
async function run(program: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(join(root, 'node_modules/.bin', program), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => {
    child.once('error', ({ message }) => {
      process.stderr.write(`${program}: ${message}\n`);
      resolve(false);
    });
    child.once('close', (status) => resolve(status === 0));
  });
}

/** Type tests compile or do not compile, so they are not counted. */
async function testTypes(): Promise<Outcome> {
  return { ok: await run('tsc', ['-b']), tally: { passed: 0, failed: 0 } };
}

async function testUnits(): Promise<Outcome> {
  const report = join(root, 'test-results/vitest.json');
  rmSync(report, { force: true });
  // Many tests wait for a process, a database or a deadline: two cores carry three files at a time.
  const args = [
    'run',
    '--maxWorkers=3',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  return { ok: await run('vitest', args), tally: readVitest(report) };
}

async function testInBrowser(): Promise<Outcome> {
  const report = join(root, 'e2e/test-results/report.json');
  rmSync(report, { force: true });
  return { ok: await run('node', ['e2e/run.ts']), tally: readPlaywright(report) };
}

/**
 * Runs the parts one after the other. On two cores, beside one another they take two thirds of the time, but what has a deadline
 * misses it now and then. What fails does not stop the others, so one run shows every failure.
 */
async function testAll(wanted: ReadonlySet<Part>): Promise<ReadonlyMap<Part, Outcome>> {
  const testPart = { types: testTypes, unit: testUnits, browser: testInBrowser };
  const outcomes = new Map<Part, Outcome>();
  for (const part of PARTS) {
    if (!wanted.has(part)) continue;
    process.stdout.write(`\n── ${part} ${'─'.repeat(70 - part.length)}\n\n`);
    outcomes.set(part, await testPart[part]()); // oxlint-disable-line no-await-in-loop -- one after the other
  }
  return outcomes;
}

/** Prints which parts failed without a failed test, then the line with the counts. @returns whether everything passed */
function summarize(outcomes: ReadonlyMap<Part, Outcome>): boolean {
  process.stdout.write('\n');
  let passed = 0;
  let failed = 0;
  for (const [part, { ok, tally }] of outcomes) {
    passed += tally?.passed ?? 0;
    failed += tally?.failed ?? 0;
    if (tally === undefined) process.stdout.write(`${part}: the runner ended without a report\n`);
    else if (part !== 'types' && tally.passed + tally.failed === 0)
      process.stdout.write(`${part}: no test ran\n`);
    else if (!ok && tally.failed === 0) process.stdout.write(`${part}: the runner reported a failure\n`);
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  const complete = [...outcomes].every(
    ([part, { ok, tally }]) => ok && tally !== undefined && (part === 'types' || tally.passed > 0),
  );
  return complete && failed === 0;
}

async function main(): Promise<boolean> {
  const { only } = readOptions(usage, { only: { type: 'string', multiple: true } });
  const wanted = z.array(z.enum(PARTS)).safeParse(only ?? [...PARTS]);
  if (!wanted.success) {
    process.stderr.write(`--only takes ${PARTS.join(', ')}.\n`);
    return false;
  }
  return summarize(await testAll(new Set(wanted.data)));
}

process.exitCode = (await main()) ? 0 : 1;
