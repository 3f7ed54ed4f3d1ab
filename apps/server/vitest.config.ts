import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: './src/testing/start-postgres.ts',
    setupFiles: './src/testing/close-after-file.ts',
  },
});
