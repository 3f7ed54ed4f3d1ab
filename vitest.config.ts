import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Vitest's own order, but with slow files first, which mostly wait: for a process, a deadline, a build. A slow file
 * that starts last would determine the duration of the run, and a fresh clone knows no durations yet.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files); // oxlint-disable-line unicorn/no-array-sort -- not an array method
    return sorted.toSorted((one, other) => Number(isSlow(other)) - Number(isSlow(one)));
  }
}

const isSlow = ({ moduleId }: TestSpecification): boolean => moduleId.includes('.slow.test.');

const folders = globSync(['packages/*', 'apps/*', 'examples/*', 'scripts', 'bench'], {
  cwd: import.meta.dirname,
});
const hasOwnConfig = (folder: string): boolean =>
  existsSync(join(import.meta.dirname, folder, 'vitest.config.ts'));
/** As in its `package.json`; `scripts` and `bench` have none. */
const nameOf = (folder: string): string => {
  if (!folder.includes('/')) return folder;
  return `@latchkey/${folder.startsWith('examples/') ? 'example-' : ''}${basename(folder)}`;
};

/** `TEST_ALL=1`, as `pnpm test --all` sets it, runs what is slow by nature as well. */
// oxlint-disable-next-line node/no-process-env -- a test run has no env.ts
const slowFiles = process.env['TEST_ALL'] === '1' ? [] : ['**/*.slow.test.ts'];
const isolatedFiles = '**/*.isolated.test.{ts,tsx}';
// A loaded machine is slow; no test is about how long something takes.
const patience = { testTimeout: 180_000, hookTimeout: 180_000, expect: { poll: { timeout: 60_000 } } };

/**
 * One runner for every package; a package that needs more than Node has its own `vitest.config.ts`. Every package is here
 * twice. Most of its files share a few processes, and what these have loaded: to start a process and to load a package in it
 * costs more than most files. A file that replaces a module (`vi.mock`), or tests the state of a module, needs a process of its
 * own: its name ends in `.isolated.test.ts`.
 */
export default defineConfig({
  test: {
    globalSetup: './packages/server-process/src/run-folder.ts',
    sequence: { sequencer: LongestFirst },
    projects: folders.flatMap((folder) => {
      const isolated = globSync(`${folder}/src/${isolatedFiles}`, { cwd: import.meta.dirname }).length > 0;
      const own = hasOwnConfig(folder) ? { extends: join(folder, 'vitest.config.ts') } : {};
      const shared = {
        ...own,
        root: folder,
        test: {
          name: nameOf(folder),
          ...patience,
          // A page's libraries hold state about its document, which is a new one for each file.
          isolate: folder === 'apps/web',
          exclude: [...configDefaults.exclude, ...slowFiles, isolatedFiles],
        },
      };
      const alone = {
        ...own,
        root: folder,
        test: { name: `${nameOf(folder)} (isolated)`, ...patience, include: [`src/${isolatedFiles}`] },
      };
      return isolated ? [shared, alone] : [shared];
    }),
  },
});
