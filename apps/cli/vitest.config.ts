import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { globalSetup: '../../packages/server-process/src/run-postgres.ts' } });
