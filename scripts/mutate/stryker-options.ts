import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../start/settings.ts';
import type { Sample } from './stryker-plugin.ts';
import type { Target } from './targets.ts';

/** The input of `strykerOptions`. */
export interface MutationRun {
  /** The name of the target. */
  readonly name: string;
  readonly target: Target;
  /** Only files whose path contains one of these strings; all when empty. */
  readonly parts: readonly string[];
  readonly sample: Sample;
  /** The folder for reports, results and the sandbox. */
  readonly folder: string;
}

/** Stryker's options: https://stryker-mutator.io/docs/stryker-js/configuration. */
export function strykerOptions({ name, target, parts, sample, folder }: MutationRun) {
  const plugin = fileURLToPath(new URL('stryker-plugin.ts', import.meta.url));
  const result = (ending: string): string => join(folder, `${name}.${ending}`);
  return {
    testRunner: 'vitest',
    vitest: { configFile: result('vitest.mjs'), related: false },
    plugins: ['@stryker-mutator/vitest-runner', plugin],
    ignorers: ['not-worth-a-test'],
    sample,
    warnings: { unknownOptions: false }, // `sample` is for the plugin
    mutate: filesOf(target, parts),
    // The compiler detects a missing `?.`, so it needs no test.
    mutator: { excludedMutations: ['OptionalChaining'] },
    coverageAnalysis: 'perTest',
    concurrency: 1,
    // Emulators and databases need time to start; a hanging mutant costs this much.
    timeoutMS: 20_000,
    timeoutFactor: 2,
    incremental: true,
    incrementalFile: result('incremental.json'),
    // An aborted run leaves one file for each mutant that it has tested.
    reporters: ['progress-append-only', 'event-recorder', 'clear-text', 'html', 'json'],
    eventReporter: { baseDir: result('events') },
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    htmlReporter: { fileName: result('html') },
    jsonReporter: { fileName: result('json') },
    tempDirName: result('copy'),
    ignorePatterns: ['.data', 'dist', 'e2e', 'test-results'],
    // Stryker rewrites tsconfig.json with TypeScript's API, which TypeScript 7 does not have. Vitest does not need it.
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
