import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/features/*/tables.ts', './src/platform/http/limits/tables.ts'],
  out: './src/platform/database/migrations',
});
