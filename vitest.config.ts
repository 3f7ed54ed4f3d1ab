import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defineConfig } from 'vitest/config';

const folders = globSync(['packages/*', 'apps/*', 'examples/*', 'scripts'], { cwd: import.meta.dirname });
const hasOwnConfig = (folder: string): boolean =>
  existsSync(join(import.meta.dirname, folder, 'vitest.config.ts'));
/** As in its `package.json`; `scripts` has none. */
const nameOf = (folder: string): string => {
  if (folder === 'scripts') return folder;
  return `@latchkey/${folder.startsWith('examples/') ? 'example-' : ''}${basename(folder)}`;
};

/** One runner for every package; a package that needs more than Node has its own `vitest.config.ts`. */
export default defineConfig({
  test: {
    projects: [
      ...folders.filter(hasOwnConfig),
      ...folders
        .filter((folder) => !hasOwnConfig(folder))
        .map((folder) => ({
          root: folder,
          test: {
            name: nameOf(folder),
            testTimeout: 60_000, // A loaded machine is slow; no test is about how long something takes.
            hookTimeout: 60_000,
          },
        })),
    ],
  },
});
