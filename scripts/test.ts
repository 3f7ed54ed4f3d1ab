import { spawnSync } from 'node:child_process';
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

/** Runs a program of the workspace in the foreground, with its own output. @returns whether it succeeded */
function run(program: string, ...args: readonly string[]): boolean {
  const { status, error } = spawnSync(join(root, 'node_modules/.bin', program), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error !== undefined) process.stderr.write(`${program}: ${error.message}\n`);
  return status === 0;
}

/** Type tests compile or do not compile, so they are not counted. */
function testTypes(): Outcome {
  return { ok: run('tsc', '-b'), tally: { passed: 0, failed: 0 } };
}

function testUnits(): Outcome {
  const report = join(root, 'test-results/vitest.json');
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  // Many tests wait for a process, a database or a deadline: two cores carry three files at a time.
  return { ok: run('vitest', 'run', '--maxWorkers=3', ...reporters), tally: readVitest(report) };
}

function testInBrowser(): Outcome {
  const report = join(root, 'e2e/test-results/report.json');
  rmSync(report, { force: true });
  return { ok: run('node', 'e2e/run.ts'), tally: readPlaywright(report) };
}

const runners = { types: testTypes, unit: testUnits, browser: testInBrowser } satisfies Record<
  Part,
  () => Outcome
>;

/** Runs one part. An error is printed, not thrown: the other parts run as well, so one run shows every failure. */
function test(part: Part): Outcome {
  process.stdout.write(`\n── ${part} ${'─'.repeat(70 - part.length)}\n\n`);
  try {
    return runners[part]();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return { ok: false, tally: undefined };
  }
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

function main(): boolean {
  const { only } = readOptions(usage, { only: { type: 'string', multiple: true } });
  const wanted = z.array(z.enum(PARTS)).safeParse(only ?? [...PARTS]);
  if (!wanted.success) {
    process.stderr.write(`--only takes ${PARTS.join(', ')}.\n`);
    return false;
  }
  return summarize(new Map(wanted.data.map((part) => [part, test(part)])));
}

process.exitCode = main() ? 0 : 1;
