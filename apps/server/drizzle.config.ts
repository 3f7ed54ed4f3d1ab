import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/features/*/tables.ts', './src/http/limits/tables.ts'],
  out: './src/database/migrations',
});
