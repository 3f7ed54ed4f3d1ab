import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (name: string): string => fileURLToPath(new URL(`node_modules/${name}`, import.meta.url));

export default defineConfig({
  // In this workspace, `@latchkey/permissions/react` would resolve React 19. The aliases make them use this example's
  // React 18.
  resolve: {
    alias: [
      { find: /^react$/, replacement: here('react/index.js') },
      { find: /^react\/jsx-(dev-)?runtime$/, replacement: here('react/jsx-$1runtime.js') },
    ],
  },
  test: { environment: 'jsdom' },
});
