import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { globalSetup: '../../run-postgres.ts', include: ['endless.ts'], testTimeout: 0 },
});
