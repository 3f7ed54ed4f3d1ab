import { defineConfig } from 'vitest/config';

/** The configuration of a test run that run-folder.test.ts interrupts. */
export default defineConfig({
  test: { globalSetup: '../../run-postgres.ts', include: ['endless.ts'], testTimeout: 0 },
});
