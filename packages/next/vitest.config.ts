import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: '@latchkey/next',
    testTimeout: 60_000, // A loaded machine is slow; no test is about how long something takes.
    hookTimeout: 60_000,
    // @logto/next imports `next/navigation` without an extension: only a bundler finds it.
    server: { deps: { inline: ['@logto/next'] } },
  },
});
