import { defineConfig } from 'vitest/config';

/** One runner for every package; a package that needs more than Node has its own `vitest.config.ts`. */
export default defineConfig({
  test: {
    // Many tests wait for a process, a database or a deadline: two cores carry three of them at a time.
    maxWorkers: 3,
    projects: ['packages/*', 'apps/*', 'examples/*', 'scripts'],
  },
});
