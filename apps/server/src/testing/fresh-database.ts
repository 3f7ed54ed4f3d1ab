import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import type { migratedTemplate } from './migrated-template.ts';

/** The URL of a new database in the test run's PostgreSQL: empty, or with every migration. */
export async function freshDatabase(
  template: 'template1' | typeof migratedTemplate = 'template1',
): Promise<string> {
  const url = new URL(inject('postgresUrl'));
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  await client.query(`create database ${name} template ${template}`);
  await client.end();
  url.pathname = `/${name}`;
  return url.href;
}
