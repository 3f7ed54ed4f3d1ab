import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { strykerOptions } from './mutate/stryker-options.ts';
import { targets, type Target } from './mutate/targets.ts';
import { root } from './start/settings.ts';

const usage = `Puts small faults into a package's code, one at a time, and prints those that its tests do not notice.

  pnpm mutate <package> [<part>…] [--tests <path>]… [--sample <percent>] [--seed <number>] [--fresh]

  <package>           ${Object.keys(targets).join(', ')}
  <part>              only files whose path contains one of these, for example permit/answer-cache; default: all
  --tests <path>      only this test file, or the tests in this folder, of the package, for example src/plan; may be given
                      more than once
  --sample <percent>  only this share of the lines; default: 100
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

/** Runs this package's tests only. The file is outside the copy, and Vitest finds the folder inside it. */
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

process.exitCode = main();
