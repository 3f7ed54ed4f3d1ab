import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: '@latchkey/server',
    globalSetup: './src/testing/start-postgres.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
