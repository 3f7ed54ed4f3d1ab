import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // @logto/next imports `next/navigation` without an extension: only a bundler finds it.
    server: { deps: { inline: ['@logto/next'] } },
  },
});
