import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from './start/settings.ts';

/** The code that `pnpm mutate` covers: it decides permissions, or can lose data. */
const targets = {
  permissions: {
    folder: 'packages/permissions',
    covers: [
      'src/permit',
      'src/trpc',
      'src/express',
      'src/fetch',
      'src/list',
      'src/explain',
      'src/react',
      'src/core/permissions.ts',
    ],
    withoutTests: [
      // Tests that compile or bundle the sources.
      'src/policy-as-code/**',
      'src/browser-entries.test.ts',
      // Property tests whose random runs take longer than all other tests.
      'src/list/*.property.test.ts',
    ],
  },
  'policy-as-code': {
    folder: 'packages/permissions',
    covers: ['src/policy-as-code/plan', 'src/policy-as-code/apply'],
  },
  'directory-sync': {
    folder: 'packages/directory-sync',
    covers: ['src/plan', 'src/apply', 'src/reconcile', 'src/events', 'src/payload-only', 'src/mapping'],
    // Tests of random histories, which take longer than all other tests.
    withoutTests: ['src/reconcile/history.test.ts', 'src/reconcile/interruption.test.ts'],
  },
  'permit-engine': {
    folder: 'packages/permit-engine',
    covers: ['src'],
  },
  'trpc-express': {
    folder: 'packages/trpc-express',
    covers: ['src'],
  },
  next: {
    folder: 'packages/next',
    covers: ['src'],
  },
  server: {
    folder: 'apps/server',
    covers: [
      'src/features/sync',
      'src/features/reports',
      'src/features/requests',
      'src/features/members',
      'src/features/invitations',
      'src/features/view-as',
      'src/features/audit',
      'src/features/notifications',
      'src/features/reviews',
      'src/features/access-api',
      'src/features/why',
      'src/authentication',
      'src/directory',
      'src/platform/bus',
      'src/platform/trpc',
      'src/platform/database',
      'src/platform/http',
    ],
  },
} as const satisfies Record<string, Target>;

interface Target {
  readonly folder: string;
  /** Folders (recursive) and single files, relative to `folder`. */
  readonly covers: readonly string[];
  /** Test files to skip, as patterns relative to `folder`. */
  readonly withoutTests?: readonly string[];
}

const usage = `Puts small faults into a package's code, one at a time, and prints those that its tests do not notice.

  pnpm mutate <package> [<part>…] [--tests <path>]… [--sample <percent>] [--seed <number>] [--fresh]

  <package>           ${Object.keys(targets).join(', ')}
  <part>              only files whose path contains one of these, for example permit/answer-cache; default: all
  --tests <path>      only this test file, or the tests in this folder, of the package, for example src/plan; may be given
                      more than once
  --sample <percent>  only the faults within this share of the lines; default: 100
  --seed <number>     which lines the sample has; default: 1
  --fresh             forgets the results of earlier runs; without it only what has changed is run again
  --help              print this

It works on a copy below .data/mutate and leaves the sources alone. The report is .data/mutate/<package>.html. Survivors
that need no further review are listed in scripts/mutate/survivors.md, each with its reason.
`;

const folder = join(root, '.data/mutate');

function main(): number {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2).filter((word) => word !== '--'),
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      tests: { type: 'string', multiple: true, default: ['src', 'test'] },
      sample: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      fresh: { type: 'boolean', default: false },
    },
  });
  const [name = '', ...parts] = positionals;
  const target = Object.entries<Target>(targets).find(([key]) => key === name)?.[1];
  if (values.help || target === undefined) {
    (values.help ? process.stdout : process.stderr).write(usage);
    return values.help ? 0 : 1;
  }
  mkdirSync(folder, { recursive: true });
  const sample = { percent: Number(values.sample), seed: values.seed };
  const options = strykerOptions({ name, target, parts, sample, folder });
  if (values.fresh) rmSync(options.incrementalFile, { force: true });
  writeFileSync(options.vitest.configFile, vitestConfig(target, values.tests));
  const file = join(folder, `${name}.stryker.json`);
  writeFileSync(file, JSON.stringify(options, undefined, 2));
  const program = join(root, 'node_modules/.bin/stryker');
  const { status } = spawnSync(program, ['run', relative(root, file)], { cwd: root, stdio: 'inherit' });
  return status ?? 1;
}

/**
 * A Vitest configuration that runs only this package's tests. Its file is outside Stryker's copy, but `root` is
 * resolved inside it.
 */
function vitestConfig({ folder: root, withoutTests = [] }: Target, paths: readonly string[]): string {
  const own = `${root}/vitest.config.ts`;
  const test = {
    include: paths.map((path) => (/\.tsx?$/.test(path) ? path : `${path}/**/*.test.{ts,tsx}`)),
    exclude: ['**/node_modules/**', '**/*.slow.test.ts', ...withoutTests],
    testTimeout: 60_000, // A mutant may make a test wait forever.
    setupFiles: ['../../scripts/mutate/no-shrinking.ts'],
  };
  const project = { ...(existsSync(own) ? { extends: `./${own}` } : {}), root: `./${root}`, test };
  const sequencer = JSON.stringify(fileURLToPath(new URL('mutate/quickest-first.ts', import.meta.url)));
  return `import sequencer from ${sequencer};
export default { test: { projects: [${JSON.stringify(project)}], sequence: { sequencer } } };
`;
}

interface MutationRun {
  readonly name: string;
  readonly target: Target;
  /** Only files whose path contains one of these strings; all when empty. */
  readonly parts: readonly string[];
  readonly sample: Sample;
  readonly folder: string;
}

/** Stryker's options: https://stryker-mutator.io/docs/stryker-js/configuration. */
function strykerOptions({ name, target, parts, sample, folder }: MutationRun) {
  const plugin = fileURLToPath(new URL('mutate/stryker-plugin.ts', import.meta.url));
  const result = (ending: string): string => join(folder, `${name}.${ending}`);
  return {
    testRunner: 'vitest',
    vitest: { configFile: result('vitest.mjs'), related: false },
    plugins: ['@stryker-mutator/vitest-runner', plugin],
    ignorers: ['not-worth-a-test'],
    mutate: filesOf(target, parts).flatMap((file) => inSample(file, sample)),
    // The compiler detects a missing `?.`, so it needs no test.
    mutator: { excludedMutations: ['OptionalChaining'] },
    coverageAnalysis: 'perTest',
    concurrency: 1,
    // Emulators and databases need time to start. A hanging mutant takes this long.
    timeoutMS: 20_000,
    timeoutFactor: 2,
    dryRunTimeoutMinutes: 30,
    incremental: true,
    incrementalFile: result('incremental.json'),
    // `event-recorder` leaves a file for each tested mutant, even if the run is aborted.
    reporters: ['progress-append-only', 'event-recorder', 'clear-text', 'html', 'json'],
    eventReporter: { baseDir: result('events') },
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    htmlReporter: { fileName: result('html') },
    jsonReporter: { fileName: result('json') },
    tempDirName: result('copy'),
    ignorePatterns: ['.data', 'dist', 'e2e', 'test-results'],
    // Stryker would rewrite tsconfig.json with TypeScript's API, which TypeScript 7 does not have. Vitest does not need
    // the file.
    tsconfigFile: 'none',
    disableTypeChecks: false,
    allowConsoleColors: false,
  };
}

function filesOf({ folder, covers }: Target, parts: readonly string[]): string[] {
  const patterns = covers.map((path) => (/\.tsx?$/.test(path) ? path : `${path}/**/*.{ts,tsx}`));
  return globSync(
    patterns.map((pattern) => `${folder}/${pattern}`),
    { cwd: root },
  )
    .filter((path) => !/\.test(-d)?\.tsx?$|\/(?:testing|fixtures)\/|\/index\.ts$/.test(path))
    .filter((path) => parts.length === 0 || parts.some((part) => path.includes(part)))
    .toSorted();
}

interface Sample {
  /** 0 to 100. */
  readonly percent: number;
  /** The same seed selects the same lines. */
  readonly seed: string;
}

/** Returns the file, or its lines in the sample. Faults that span several lines are then omitted. */
function inSample(file: string, { percent, seed }: Sample): string[] {
  if (percent >= 100) return [file];
  const lines = readFileSync(join(root, file), 'utf8').split('\n').keys();
  return [...lines].flatMap((index) => {
    const line = `${file}:${index + 1}`;
    const number = createHash('sha256').update(`${seed} ${line}`).digest().readUInt32BE() / 2 ** 32;
    return number * 100 < percent ? [`${line}-${index + 1}`] : [];
  });
}

process.exitCode = main();
