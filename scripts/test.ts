import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openRunFolder } from '@latchkey/server-process';
import { z } from 'zod';
import { readOptions } from './read-options.ts';
import { launcherExit } from './start/launcher-exit.ts';
import { root } from './start/settings.ts';
import { type FileResult, readPlaywright, readVitest, vitestReport } from './test/report.ts';

const usage = `Runs the tests: types, then unit and integration, then the browser against the running whole.

  pnpm test [--all] [--only types|unit|browser]…

  --all          also what is slow by nature: files named *.slow.test.ts and *.slow.spec.ts, screenshots of every page
  --only <part>  run this part only; may be given more than once
  --help         print this

The browser is CHROMIUM_PATH, an installed Chromium or Chrome, or Playwright's own; on Debian, root installs the package
chromium where there is none. With --all, screenshots of every page are in e2e/test-results/screenshots.

With CI=true, a file that fails is run once more, alone. What passes then is listed as flaky; what fails twice has failed.

The last line counts all tests; the exit code is 0 only when every part ran and every test passed.
`;

const PARTS = ['types', 'unit', 'browser'] as const;
type Part = (typeof PARTS)[number];

/** `files`: undefined without a report. */
interface Outcome {
  readonly ok: boolean;
  readonly files: readonly FileResult[] | undefined;
  /** Files that failed and passed when they were rerun, with their first failures. */
  readonly flaky?: readonly FileResult[];
}

const { all = false, only } = readOptions(usage, {
  all: { type: 'boolean' },
  only: { type: 'string', multiple: true },
});
// Processes that the tests leave behind end with this one.
openRunFolder();
let running: ChildProcess | undefined;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted = true;
    running?.kill(signal);
  });
}

void launcherExit().then(() => process.exit(1));

/** Runs a program of the workspace. @returns whether it succeeded */
async function run(program: string, args: readonly string[]): Promise<boolean> {
  if (interrupted) return false;
  const child = spawn(join(root, 'node_modules/.bin', program), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...(all && { TEST_ALL: '1' }) },
  });
  running = child;
  return new Promise((resolve) => {
    child.once('error', ({ message }) => {
      process.stderr.write(`${program}: ${message}\n`);
      resolve(false);
    });
    child.once('close', (status) => resolve(status === 0));
  });
}

/** Compiles the type tests. They are not counted: they compile or do not. */
async function testTypes(): Promise<Outcome> {
  return { ok: await run('tsc', ['-b']), files: [] };
}

async function testUnits(files: readonly string[] = []): Promise<Outcome> {
  const report = join(root, vitestReport);
  rmSync(report, { force: true });
  const args = ['run', ...files, '--reporter=default', '--reporter=./scripts/test/report.ts'];
  // Many tests wait for a process, a database or a deadline, so four files in parallel keep two cores busy.
  args.push(files.length === 0 ? '--maxWorkers=4' : '--maxWorkers=1');
  return { ok: await run('vitest', args), files: readVitest(report) };
}

async function testInBrowser(files: readonly string[] = []): Promise<Outcome> {
  const report = join(root, 'e2e/test-results/report.json');
  rmSync(report, { force: true });
  const again = files.length === 0 ? [] : [...files.map((file) => file.replace('e2e/', '')), '--workers=1'];
  return { ok: await run('node', ['e2e/run.ts', ...again]), files: readPlaywright(report) };
}

const testPart = { types: testTypes, unit: testUnits, browser: testInBrowser };

const hasFailed = ({ failures }: FileResult): boolean => failures.length > 0;

/** Runs a part. In CI, failed files are rerun once, alone: a file that then passes does not fail the build. */
async function test(part: Part): Promise<Outcome> {
  const first = await testPart[part]();
  const failed = first.files?.filter(hasFailed) ?? [];
  const names = failed.map(({ file }) => file);
  if (process.env['CI'] === undefined || failed.length === 0 || names.includes('')) return first;
  heading(`${part}, again: ${names.join(', ')}`);
  const second = await testPart[part](names);
  const again = new Map(second.files?.map((result) => [result.file, result]));
  const files = first.files?.map((result) =>
    hasFailed(result) ? (again.get(result.file) ?? result) : result,
  );
  const passedNow = new Set(files?.filter((result) => !hasFailed(result)).map(({ file }) => file));
  return { ok: second.ok, files, flaky: failed.filter(({ file }) => passedNow.has(file)) };
}

function heading(text: string): void {
  process.stdout.write(`\n── ${text} ${'─'.repeat(Math.max(3, 70 - text.length))}\n\n`);
}

function printFailures(title: string, files: readonly FileResult[]): void {
  if (files.length === 0) return;
  process.stdout.write(`${title}:\n`);
  for (const { file, failures } of files)
    for (const { test: name, error } of failures)
      process.stdout.write(
        `  ${[file, name].filter(Boolean).join(' › ')}\n    ${error.split('\n')[0] ?? ''}\n`,
      );
}

/** @returns whether everything passed */
function summarize(outcomes: ReadonlyMap<Part, Outcome>): boolean {
  process.stdout.write('\n');
  let passed = 0;
  let failed = 0;
  let complete = true;
  for (const [part, { ok, files, flaky = [] }] of outcomes) {
    const failures = files?.filter(hasFailed) ?? [];
    const passedHere = files?.reduce((sum, result) => sum + result.passed, 0) ?? 0;
    passed += passedHere;
    failed += failures.reduce((sum, result) => sum + result.failures.length, 0);
    if (files === undefined) process.stdout.write(`${part}: the runner ended without a report\n`);
    else if (part !== 'types' && passedHere + failures.length === 0)
      process.stdout.write(`${part}: no test ran\n`);
    else if (!ok && failures.length === 0) process.stdout.write(`${part}: the runner reported a failure\n`);
    printFailures('flaky: failed, and passed when the file was run again', flaky);
    printFailures('failed', failures);
    complete &&= ok && files !== undefined && (part === 'types' || passedHere > 0);
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return complete && failed === 0;
}

/**
 * Runs the parts one after the other: in parallel on two cores they take two thirds of the time, but sometimes miss
 * deadlines. Continues after a failure, so that one run shows all failures.
 */
async function main(): Promise<boolean> {
  const wanted = z.array(z.enum(PARTS)).safeParse(only ?? [...PARTS]);
  if (!wanted.success) {
    process.stderr.write(`--only takes ${PARTS.join(', ')}.\n`);
    return false;
  }
  const outcomes = new Map<Part, Outcome>();
  for (const part of PARTS) {
    if (!wanted.data.includes(part) || interrupted) continue;
    heading(part);
    outcomes.set(part, await test(part)); // oxlint-disable-line no-await-in-loop -- one after the other
  }
  return summarize(outcomes) && !interrupted;
}

process.exit((await main()) ? 0 : 1);
