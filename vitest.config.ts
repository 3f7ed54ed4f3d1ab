import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Vitest's order, but with slow files first. They mostly wait for a process, a deadline or a build, and one that
 * started last would prolong the run. Vitest cannot know that in a fresh clone, which has no durations yet.
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
/** The package's name. `scripts` and `bench` have no `package.json`. */
const nameOf = (folder: string): string => {
  if (!folder.includes('/')) return folder;
  return `@latchkey/${folder.startsWith('examples/') ? 'example-' : ''}${basename(folder)}`;
};

/** `TEST_ALL=1`, which `pnpm test --all` sets, also runs slow tests. */
// oxlint-disable-next-line node/no-process-env -- a test run has no env.ts
const slowFiles = process.env['TEST_ALL'] === '1' ? [] : ['**/*.slow.test.ts'];
const isolatedFiles = '**/*.isolated.test.{ts,tsx}';
// Long timeouts for a busy machine: no test checks how long something takes.
const patience = { testTimeout: 180_000, hookTimeout: 180_000, expect: { poll: { timeout: 60_000 } } };

/**
 * A package that needs more than Node also has its own `vitest.config.ts`, and it can have two projects. Most of its
 * test files share a few processes, because starting a process and loading the package takes longer than most files. A
 * file that replaces a module (`vi.mock`) or tests the state of a module needs its own process: its name ends in
 * `.isolated.test.ts`.
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
          // Browser libraries keep state about the document, which is new for each file.
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
