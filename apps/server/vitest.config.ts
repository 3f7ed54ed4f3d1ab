import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { name: '@latchkey/server', globalSetup: './src/testing/start-postgres.ts', testTimeout: 20_000 },
});
