import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { startPermitEmulator } from '@latchkey/directory-sync/testing';
import { createPermitDirectory } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { startServerProcess } from '@latchkey/server-process';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { deliver } from './testing/deliver.ts';
import { emptyDatabase } from './testing/fresh-database.ts';
import { randomAddress } from './testing/hostile/hostile-values.ts';
import { hostileRequests } from './testing/hostile/hostile-requests.ts';
import { sendAll } from './testing/hostile/send-all.ts';
import { signInVain } from './testing/hostile/hostile-tokens.ts';
import { startTestIssuer, testAudience } from './testing/test-issuer.ts';
import { signingKey } from './testing/test-server.ts';
import { waitFor } from './testing/wait-for.ts';

const mebibyte = 1_048_576;
/** Bytes by which the memory (RSS) may grow after ordinary work: during one attack, and after all requests. */
const maxGrowth = { one: 128 * mebibyte, all: 96 * mebibyte };

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());
const { connection, emulator } = stack.use(await startPermitEmulator(policy));
const issuer = await startTestIssuer();
const server = await startServerProcess({
  DATABASE_URL: await emptyDatabase(),
  LOGTO_ENDPOINT: new URL(issuer.issuer).origin,
  LOGTO_APP_ID: 'spa',
  LOGTO_API_RESOURCE: testAudience,
  LOGTO_WEBHOOK_SIGNING_KEYS: signingKey,
  LOGTO_WEBHOOK_FRESHNESS: 'off',
  PERMIT_API_URL: connection.apiUrl,
  PERMIT_PDP_URL: emulator.pdpUrl,
  PERMIT_API_KEY: connection.apiKey,
  // Makes attacks appear to come from different addresses, so that no rate limit protects the server.
  TRUST_PROXY: '1',
});
stack.defer(async () => void (await server.stop()));
const directory = createPermitDirectory({ policy, ...connection });
for (const key of ['viewer', 'honest'])
  await directory.provisionUser({ key }, { role: 'viewer', tenant: 'default' });

/** The server's memory in bytes, from Linux's `/proc/<pid>/status`: `VmRSS`, or its peak `VmHWM`. */
function memory(line: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return 1_024 * Number(new RegExp(`^${line}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
}

async function isServing(): Promise<boolean> {
  const headers = { authorization: `Bearer ${await issuer.sign({ sub: 'honest' })}` };
  const { ok } = await fetch(`${server.url}/api/trpc/session.me`, { headers });
  const event = { createdAt: new Date().toISOString(), event: 'Identifier.Lockout', nonce: Math.random() };
  return ok && (await deliver(server.url, JSON.stringify(event)))[0] === 200;
}

const head = (line: string, ...headers: string[]): string =>
  [`${line} HTTP/1.1`, 'host: x', `x-forwarded-for: ${randomAddress()}`, ...headers, '', ''].join('\r\n');
const post = (path: string, ...headers: string[]): string =>
  head(`POST /api/${path}`, 'content-type: application/json', ...headers);
const chunked = 'transfer-encoding: chunked';
const tinyChunks = '1\r\nx\r\n'.repeat(5_000);
const unsigned = `logto-signature-sha-256: ${'0'.repeat(64)}`;
const delivery = (header: string): string => post('webhooks/logto', unsigned, header);
const almost = Buffer.alloc(mebibyte - 1, 'x');

/** What each connection sends with the viewer's token, by the attack's name. Responses are not read. */
const attacks: Readonly<Record<string, (bearer: string) => readonly (string | Buffer)[]>> = {
  'unfinished headers': () => [`GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(15_000)}`],
  'unfinished deliveries': () => [delivery(`content-length: ${mebibyte}`), almost],
  'deliveries with a wrong signature': () => [delivery(`content-length: ${mebibyte}`), almost, 'x'],
  'deliveries in tiny chunks': () => [delivery(chunked), tinyChunks],
  'calls of strangers in tiny chunks': () => [post('trpc/session.gates', chunked), tinyChunks],
  'huge calls of strangers': () => [post('trpc/session.gates', 'content-length: 400000000'), almost],
  'calls of a viewer in tiny chunks': (bearer) => [post('trpc/session.gates', bearer, chunked), tinyChunks],
  'unfinished calls of a viewer': (bearer) => [
    post('trpc/session.gates', bearer, 'content-length: 130000'),
    'x'.repeat(129_000),
  ],
  'batches of a viewer': (bearer) => [
    head(`GET /api/trpc/${'session.me,'.repeat(49)}session.me?batch=1`, bearer),
  ],
  'pipelined calls of a viewer': (bearer) => [head('GET /api/trpc/session.me', bearer).repeat(20)],
};

test.each(Object.entries(attacks))(
  '1,000 concurrent %s cost at most 128 MiB, and users are served meanwhile',
  async (_, bytesOf) => {
    // Otherwise the memory that an earlier attack used would hide what this attack uses.
    await server.restart();
    for (let round = 0; round < 3; round++) await waitFor(async () => expect(await isServing()).toBe(true));
    const bytes = bytesOf(`authorization: Bearer ${await issuer.sign({ sub: 'viewer' })}`);
    const idle = memory('VmRSS');
    // proc(5): resets the peak.
    writeFileSync(`/proc/${server.pid}/clear_refs`, '5');
    let connected = 0;
    const sockets = Array.from({ length: 1_000 }, () => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => {
        connected += 1;
        for (const part of bytes) socket.write(part);
      });
      return socket.on('error', () => {}).pause();
    });
    await expect.poll(() => connected).toBe(sockets.length);
    for (let round = 0; round < 3; round++) await waitFor(async () => expect(await isServing()).toBe(true));
    for (const socket of sockets) socket.destroy();
    expect(memory('VmHWM') - idle).toBeLessThan(maxGrowth.one);
  },
  // A long timeout, because some attacks send a gigabyte.
  600_000,
);

test("20,000 hostile requests without rate limits all get a response, and the server's memory stays bounded", async () => {
  const means = {
    viewer: await issuer.sign({ sub: 'viewer' }),
    signed: await signInVain(issuer),
    signingKey,
    procedures: [
      'session.me',
      'session.gates',
      'reports.create',
      'reports.list',
      'members.list',
      'audit.list',
    ],
    canary: 'http://127.0.0.1:9',
  };
  const seed = Math.trunc(Math.random() * 2 ** 31);
  const send = async (count: number, offset: number): Promise<void> => {
    const requests = fc.sample(hostileRequests(means), { numRuns: count, seed: seed + offset });
    expect(await sendAll(server.url, requests), `seed ${seed}`).toEqual([]);
  };
  // Makes the server allocate the memory that it needs only once.
  await send(5_000, 0);
  const most = memory('VmRSS') + maxGrowth.all;
  await send(15_000, 1);
  await expect.poll(() => memory('VmRSS')).toBeLessThan(most);
});
