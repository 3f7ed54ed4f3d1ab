import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { readOptions } from './read-options.ts';
import { root } from './start/settings.ts';
import { readPlaywright, readVitest, type Tally } from './test/tally.ts';

const usage = `Runs the tests: types, then unit and integration, and beside them the browser against the running whole.

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

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Whether what it prints is kept for its end, because another program prints meanwhile. */
  readonly isQuiet?: boolean;
}

/** Runs a program of the workspace. @returns whether it succeeded, and what it printed, when that was kept */
async function run({ program, args, isQuiet = false }: Command) {
  const output = isQuiet ? 'pipe' : 'inherit';
  const child = spawn(join(root, 'node_modules/.bin', program), args, {
    cwd: root,
    stdio: ['ignore', output, output],
  });
  const printed = Promise.all(
    [child.stdout, child.stderr].map(async (stream) => (stream === null ? '' : text(stream))),
  );
  const ok = await new Promise<boolean>((resolve) => {
    child.once('error', ({ message }) => {
      process.stderr.write(`${program}: ${message}\n`);
      resolve(false);
    });
    child.once('close', (status) => resolve(status === 0));
  });
  return { ok, printed: (await printed).join('') };
}

function printHeading(part: Part): void {
  process.stdout.write(`\n── ${part} ${'─'.repeat(70 - part.length)}\n\n`);
}

/** Type tests compile or do not compile, so they are not counted. */
async function testTypes(): Promise<Outcome> {
  printHeading('types');
  const { ok } = await run({ program: 'tsc', args: ['-b'] });
  return { ok, tally: { passed: 0, failed: 0 } };
}

async function testUnits(isBesideBrowser: boolean): Promise<Outcome> {
  const report = join(root, 'test-results/vitest.json');
  rmSync(report, { force: true });
  printHeading('unit');
  // Many tests wait for a process, a database or a deadline: two cores carry three files at a time, or two beside the browser.
  const args = [
    'run',
    `--maxWorkers=${isBesideBrowser ? 2 : 3}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const { ok } = await run({ program: 'vitest', args });
  return { ok, tally: readVitest(report) };
}

async function testInBrowser(isBesideUnits: boolean): Promise<() => Outcome> {
  const report = join(root, 'e2e/test-results/report.json');
  rmSync(report, { force: true });
  if (!isBesideUnits) printHeading('browser');
  const { ok, printed } = await run({ program: 'node', args: ['e2e/run.ts'], isQuiet: isBesideUnits });
  return () => {
    if (isBesideUnits) {
      printHeading('browser');
      process.stdout.write(printed);
    }
    return { ok, tally: readPlaywright(report) };
  };
}

/**
 * Runs the parts. The browser waits for its page half of the time, so the units run beside it, fewer at a time: one after the other
 * takes half as long again. They do not give way, because what has a deadline would miss it. What fails does not stop the others, so
 * one run shows every failure.
 */
async function testAll(wanted: ReadonlySet<Part>): Promise<ReadonlyMap<Part, Outcome>> {
  const outcomes = new Map<Part, Outcome>();
  if (wanted.has('types')) outcomes.set('types', await testTypes());
  const [hasUnits, hasBrowser] = [wanted.has('unit'), wanted.has('browser')];
  const browser = hasBrowser ? testInBrowser(hasUnits) : undefined;
  if (hasUnits) outcomes.set('unit', await testUnits(hasBrowser));
  const finish = await browser;
  if (finish !== undefined) outcomes.set('browser', finish());
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
