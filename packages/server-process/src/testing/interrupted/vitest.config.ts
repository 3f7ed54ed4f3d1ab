import { defineConfig } from 'vitest/config';

/** A run for run-folder.test.ts to interrupt. */
export default defineConfig({
  test: { globalSetup: '../../run-postgres.ts', include: ['endless.ts'], testTimeout: 0 },
});
