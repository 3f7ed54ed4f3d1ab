import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (name: string): string => fileURLToPath(new URL(`node_modules/${name}`, import.meta.url));

export default defineConfig({
  // The bindings' source is in this workspace, where React 19 is; an application has them with its own React.
  resolve: {
    alias: [
      { find: /^react$/, replacement: here('react/index.js') },
      { find: /^react\/jsx-(dev-)?runtime$/, replacement: here('react/jsx-$1runtime.js') },
    ],
  },
  test: { environment: 'jsdom' },
});
