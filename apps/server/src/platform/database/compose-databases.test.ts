import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createDatabase, dropDatabases } from '@latchkey/server-process';
import { Client } from 'pg';
import { afterAll, expect, inject, test } from 'vitest';
import { openSyncQueues } from '../../features/sync/worker/sync-queues.ts';
import { openDatabase } from './open-database.ts';

/** The roles and databases of `compose.yaml`, with names unique to this test. */
const suffix = randomBytes(6).toString('hex');
const latchkey = `latchkey_${suffix}`;
const logto = `logto_${suffix}`;
const tenant = `logto_tenant_${suffix}`;

const statements = readFileSync(
  new URL('../../../../../deploy/compose/databases.sql', import.meta.url),
  'utf8',
)
  .replaceAll(/^(--|\\getenv).*$/gm, '')
  .replaceAll(/:'\w+'/g, "'secret'")
  .replaceAll(/\b(?<=(?:role|database|owner|to) )(latchkey|logto)\b/g, `$1_${suffix}`)
  .split(';')
  .filter((statement) => statement.trim() !== '');

const urlOf = (role: string, database: string): string => {
  const url = new URL(inject('postgresUrl'));
  Object.assign(url, { username: role, password: 'secret', pathname: `/${database}` });
  return url.href;
};

async function query(url: string, ...texts: readonly string[]): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const results: unknown[] = [];
    for (const text of texts) results.push(...(await client.query(text)).rows);
    return results;
  } finally {
    await client.end();
  }
}

const operator = await createDatabase(inject('postgresUrl'));
await query(operator, ...statements);
afterAll(async () => {
  const names = [tenant, logto, latchkey];
  await query(
    operator,
    ...[logto, latchkey].map((name) => `drop database ${name} with (force)`),
    ...names.map((name) => `drop role if exists ${name}`),
  );
  await dropDatabases(inject('postgresUrl'), [operator]);
});

test('Latchkey creates its tables as the owner of its database, and neither it nor Logto is a superuser', async () => {
  const database = await openDatabase(urlOf(latchkey, latchkey), () => {});
  expect(await database.isReady()).toBe(true);
  await database.close();
  await (await openSyncQueues(urlOf(latchkey, latchkey), () => {})).close();
  expect(
    await query(
      operator,
      `select rolname, rolsuper, rolbypassrls from pg_roles where rolname in ('${latchkey}', '${logto}') order by 1`,
    ),
  ).toEqual([latchkey, logto].map((rolname) => ({ rolname, rolsuper: false, rolbypassrls: false })));
});

test("Logto's tenant roles can connect to its database, but not to Latchkey's", async () => {
  await query(urlOf(logto, logto), `create role ${tenant} login password 'secret'`);
  expect(await query(urlOf(tenant, logto), 'select current_user as name')).toEqual([{ name: tenant }]);
  for (const role of [logto, tenant])
    await expect(query(urlOf(role, latchkey), 'select 1')).rejects.toMatchObject({ code: '42501' });
});
