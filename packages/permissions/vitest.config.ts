import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: '@latchkey/permissions',
    testTimeout: 60_000, // A loaded machine is slow; no test is about how long something takes.
    hookTimeout: 60_000,
  },
});
