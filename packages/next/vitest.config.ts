import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // @logto/next imports `next/navigation` without an extension, which only a bundler resolves.
    server: { deps: { inline: ['@logto/next'] } },
  },
});
