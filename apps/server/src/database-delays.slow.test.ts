import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { maxConnections } from './platform/database/open-database.ts';
import { deliver } from './testing/deliver.ts';
import { startFaultProxy } from './testing/fault-proxy.ts';
import { freshDatabase } from './testing/fresh-database.ts';
import { startTestServer } from './testing/test-server.ts';
import { waitFor } from './testing/wait-for.ts';

/** Milliseconds after which a call counts as hanging. Callers are promised about ten seconds. */
const hanging = 35_000;

const allConnections = Object.values(maxConnections).reduce((sum, count) => sum + count, 0);

const url = await freshDatabase();
const database = new Client({ connectionString: url });
await database.connect();
const proxy = await startFaultProxy(url);
const server = await startTestServer({ databaseUrl: proxy.through(url), deadlines: { database: 1_000 } });
await server.directory.provisionUser({ key: 'eve' }, { role: 'editor', tenant: 'default' });
await server.as('eve');
const headers = { authorization: `Bearer ${await server.issuer.sign({ sub: 'eve' })}` };
afterAll(() => database.end());

const Refusal = z.object({
  error: z.object({ data: z.object({ latchkey: z.object({ code: z.string() }) }) }),
});

async function outcomeOf(call: Promise<Response>): Promise<string> {
  try {
    const response = await call;
    return response.ok ? 'ok' : Refusal.parse(await response.json()).error.data.latchkey.code;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'hangs' : String(error);
  }
}

const call = (path: string, body?: unknown): Promise<string> =>
  outcomeOf(
    fetch(`${server.url}/api/trpc/${path}`, {
      signal: AbortSignal.timeout(hanging),
      ...(body === undefined
        ? { headers }
        : {
            method: 'POST',
            headers: { ...headers, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
    }),
  );
const read = (): Promise<string> => call(`reports.list?input=${encodeURIComponent('{}')}`);
const write = (): Promise<string> => call('reports.create', { title: 'Slow', kind: 'access-review' });
const ready = async (): Promise<number> =>
  (await fetch(`${server.url}/readyz`, { signal: AbortSignal.timeout(hanging) })).status;

async function connections(): Promise<number> {
  const { rows } = await database.query<{ open: number }>(
    `select count(*)::int as open from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
  return rows[0]?.open ?? Number.NaN;
}

const acknowledged: string[] = [];
async function sendDelivery(): Promise<string> {
  const body = JSON.stringify({
    event: 'User.Data.Updated',
    createdAt: new Date().toISOString(),
    data: { id: `user${crypto.randomUUID().slice(0, 8)}` },
  });
  const answer = await Promise.race([
    deliver(server.url, body),
    sleep(hanging, 'hangs' as const, { ref: false }),
  ]);
  if (answer === 'hangs') return answer;
  const [status, code] = answer;
  if (status === 200) acknowledged.push(createHash('sha256').update(body).digest('hex'));
  return status === 200 ? 'ok' : String(code);
}

const outages = ['AUTHENTICATION_UNAVAILABLE', 'DATABASE_UNAVAILABLE'];

test.each([
  { lateBy: 2_000, delivery: ['ok', 'DATABASE_UNAVAILABLE'] },
  { lateBy: 10_000, delivery: ['DATABASE_UNAVAILABLE'] },
  { lateBy: 40_000, delivery: ['DATABASE_UNAVAILABLE'] },
])(
  'every response of PostgreSQL is $lateBy ms late: callers get a code instead of a hanging connection, and recover afterwards',
  { timeout: 600_000 },
  async ({ lateBy, delivery }) => {
    await waitFor(async () => expect(await read()).toBe('ok'));
    await proxy.set('slow', { lateBy });
    // The revocation list is still cached, so these calls wait only for their own statements.
    const first = await Promise.all([read(), read(), write(), sendDelivery(), sendDelivery()]);
    for (const outcome of first) expect(['ok', ...outages]).toContain(outcome);
    await sleep(1_100);
    const then = await Promise.all(Array.from({ length: 15 }, () => Promise.all([read(), write()])));
    expect(new Set(then.flat())).toEqual(new Set(['AUTHENTICATION_UNAVAILABLE']));
    expect(await ready()).toBe(503);
    expect(delivery).toContain(await sendDelivery());
    expect(await connections()).toBeLessThanOrEqual(allConnections);

    await proxy.set('none');
    await waitFor(async () => {
      expect(await ready()).toBe(200);
      expect(new Set(await Promise.all(Array.from({ length: 30 }, read)))).toEqual(new Set(['ok']));
      expect([await write(), await sendDelivery()]).toEqual(['ok', 'ok']);
    });
    await waitFor(async () => {
      const { rows } = await database.query(
        `select status from webhook_deliveries where id = any($1) and status = 'applied'`,
        [acknowledged],
      );
      expect(rows).toHaveLength(acknowledged.length);
    });
  },
);

test('a statement waiting for a lock is ended: its callers get a code, other calls work, and no connection is lost', async () => {
  await waitFor(async () => expect(await read()).toBe('ok'));
  await database.query('begin');
  await database.query('lock table reports in access exclusive mode');
  const blocked = Promise.all(Array.from({ length: 3 * maxConnections.requests }, read));
  await waitFor(async () => expect([await call('session.me'), await ready()]).toEqual(['ok', 200]));
  expect(new Set(await blocked)).toEqual(new Set(['DATABASE_UNAVAILABLE']));
  expect(await connections()).toBeLessThanOrEqual(allConnections);
  await database.query('rollback');
  await waitFor(async () => expect(await read()).toBe('ok'));
});
