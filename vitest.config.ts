import { defineConfig } from 'vitest/config';

/** One runner for every package; a package that needs more than Node has its own `vitest.config.ts`. */
export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*', 'examples/*', 'scripts'],
  },
});
