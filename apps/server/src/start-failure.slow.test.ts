import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startServerProcess } from '@latchkey/server-process';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { emptyDatabase } from './testing/fresh-database.ts';
import { serve } from './testing/serve.ts';

const settings = {
  LOGTO_ENDPOINT: 'http://127.0.0.1:9',
  LOGTO_APP_ID: 'spa',
  LOGTO_API_RESOURCE: 'https://api.example',
  LOGTO_WEBHOOK_SIGNING_KEYS: 'signing-key-of-a-test',
  PERMIT_PDP_URL: 'http://127.0.0.1:9',
  PERMIT_API_URL: 'http://127.0.0.1:9',
  PERMIT_API_KEY: 'permit_key_secret',
};
const database = new URL(await emptyDatabase());
const running = await serve((_request, response) => void response.end());
const folder = await mkdtemp(join(tmpdir(), 'latchkey-start-'));
const file = join(folder, 'file');
await writeFile(file, '');

/** Resolves to what the server prints when it cannot start with these settings. */
async function reasonOf(changed: Record<string, string>): Promise<string> {
  const all = { ...settings, DATABASE_URL: database.href, DATA_DIR: folder, ...changed };
  const failed = await startServerProcess(all).then(
    () => undefined,
    ({ message }: Error) => message,
  );
  return failed?.replace('The server ended with 1: ', '').trim() ?? 'It has started.';
}
const withUrl = (change: Partial<URL>): string => Object.assign(new URL(database), change).href;

test.each([
  [
    'a wrong password',
    () => ({ DATABASE_URL: withUrl({ password: 'wrong-secret' }) }),
    /password.*DATABASE_URL/,
  ],
  ['an unknown database', () => ({ DATABASE_URL: withUrl({ pathname: '/none' }) }), /does not exist.*Create/],
  [
    'a port in use',
    () => ({ PORT: new URL(running.url).port }),
    /port \d+ of 127\.0\.0\.1 \(EADDRINUSE\).*PORT/,
  ],
  [
    'a metrics port in use',
    () => ({ METRICS_PORT: new URL(running.url).port }),
    /port \d+ of 127\.0\.0\.1 \(EADDRINUSE\).*METRICS_PORT/,
  ],
  ['a host of another machine', () => ({ HOST: '192.0.2.1' }), /192\.0\.2\.1 \(EADDRNOTAVAIL\).*HOST/],
  [
    'a file as the folder',
    () => ({ DATABASE_URL: '', DATA_DIR: file }),
    /cannot use .*file.* \((?:ENOTDIR|EEXIST)\).*DATA_DIR/,
  ],
] as const)(
  '%s: one or two sentences with the fix, without a stack or a secret',
  async (_, changed, reason) => {
    const printed = await reasonOf(changed());
    expect(printed).toMatch(reason);
    expect(printed).toMatch(/^The server cannot start: .+\.$/);
    expect(printed.split(/\. (?=[A-Z])/).length).toBeLessThanOrEqual(2);
    expect(printed).not.toMatch(/secret| at |\n|node_modules/);
    expect(printed).not.toContain(database.password);
  },
);

test('with LOG_LEVEL=debug, also prints the stack, without messages', async () => {
  const changed = { DATABASE_URL: withUrl({ password: 'wrong-secret' }), LOG_LEVEL: 'debug' };
  const printed = await reasonOf(changed);
  expect(printed).toMatch(/^The server cannot start: .*\n\{[^]*"stack": \[\n/);
  expect(printed).not.toContain('secret');
});

test('a migration that PostgreSQL refuses is named with its code, and changes nothing', async () => {
  const url = await emptyDatabase();
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('create table audit_events ()');
  expect(await reasonOf({ DATABASE_URL: url })).toMatch(
    /refuses a migration.*\(42P07\).*nothing was migrated/,
  );
  const { rows } = await client.query(`select tablename from pg_tables where schemaname = 'public'`);
  await client.end();
  expect(rows).toEqual([{ tablename: 'audit_events' }]);
});

test('of two servers that start at once on one new folder, one starts; the other names the folder and the settings', async () => {
  const DATA_DIR = join(await mkdtemp(join(tmpdir(), 'latchkey-start-')), 'new');
  const start = async () =>
    startServerProcess({ ...settings, DATABASE_URL: '', DATA_DIR, PORT: String(await freePort()) });
  const [one, other] = await Promise.allSettled([start(), start()]);
  const started = [one, other].flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  const refused = [one, other].flatMap((result) =>
    result.status === 'rejected' ? String(result.reason) : [],
  );
  expect([started.length, refused]).toEqual([
    1,
    [expect.stringMatching(/cannot start: another server uses the folder \S+new\. .*DATA_DIR.*DATABASE_URL/)],
  ]);
  expect((await fetch(`${started[0]?.url}/healthz`)).status).toBe(200);
  expect(await started[0]?.stop()).toBe(0);
});
