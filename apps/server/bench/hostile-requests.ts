import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPermitEmulator } from '@latchkey/directory-sync/testing';
import { createPermitDirectory } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { startServerProcess, type ServerProcess } from '@latchkey/server-process';
import { startTestIssuer, testAudience } from '../src/testing/test-issuer.ts';

/**
 * `node bench/hostile-requests.ts [requests]`: sends so many hostile requests of each kind at once, from strangers and from
 * a viewer, and prints how much memory (RSS) the server has at rest, at most, and afterwards. At rest: a new server for each
 * kind, after 3,000 ordinary calls. Linux only.
 */
const [requests = 1_000] = process.argv.slice(2).map(Number);

await using stack = new AsyncDisposableStack();
const { connection, emulator } = stack.use(await startPermitEmulator(policy));
const issuer = await startTestIssuer();
stack.defer(() => issuer.close());
const environment = {
  LOGTO_ENDPOINT: issuer.issuer.replace(/\/oidc$/, ''),
  LOGTO_APP_ID: 'bench',
  LOGTO_API_RESOURCE: testAudience,
  LOGTO_WEBHOOK_SIGNING_KEYS: 'bench-signing-key-0000000000000000',
  PERMIT_API_URL: connection.apiUrl,
  PERMIT_PDP_URL: emulator.pdpUrl,
  PERMIT_API_KEY: connection.apiKey,
  LOG_LEVEL: 'info',
};
const directory = createPermitDirectory(connection);
await directory.provisionUser({ key: 'viewer' }, { role: 'viewer', tenant: 'default' });
const token = await issuer.sign({ sub: 'viewer' });

const mebibyte = Buffer.alloc(1_048_576, 'x');
const head = (path: string, headers: readonly string[]): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${headers.join('\r\n')}\r\n\r\n`;
const signature = `logto-signature-sha-256: ${'0'.repeat(64)}`;
const bearer = `authorization: Bearer ${token}`;
const chunk = Buffer.concat([Buffer.from('100000\r\n'), mebibyte, Buffer.from('\r\n')]);
const kinds: Readonly<Record<string, readonly (string | Buffer)[]>> = {
  'unsigned, unfinished webhook bodies': [
    head('/api/webhooks/logto', ['content-length: 1048576']),
    mebibyte.subarray(1),
  ],
  'webhook bodies with a made-up signature, unfinished': [
    head('/api/webhooks/logto', [signature, 'content-length: 1048576']),
    mebibyte.subarray(1),
  ],
  'chunked webhook bodies without an end': [
    head('/api/webhooks/logto', [signature, 'transfer-encoding: chunked']),
    chunk,
    chunk,
  ],
  'calls of a stranger': [
    head('/api/trpc/reports.publish', ['content-length: 1048576']),
    mebibyte.subarray(1),
  ],
  'calls of a viewer that announce 400 MB': [
    head('/api/trpc/reports.publish', [bearer, 'content-length: 400000000']),
    mebibyte,
  ],
  'calls of a viewer, unfinished': [
    head('/api/trpc/reports.publish', [bearer, 'content-length: 1048576']),
    mebibyte.subarray(1),
  ],
  'chunked calls of a viewer': [
    head('/api/trpc/reports.publish', [bearer, 'transfer-encoding: chunked']),
    chunk,
    chunk,
  ],
  'subscriptions of a viewer': [
    `GET /api/trpc/session.changes HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n${bearer}\r\n\r\n`,
  ],
  'headers without an end': [`GET /${'x'.repeat(8_000)} HTTP/1.1\r\nhost: x\r\n`],
  nonsense: [Buffer.alloc(4_096, 0)],
};

const rssOf = (pid: number): number => {
  const [, kib = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kib) / 1_024);
};

async function attack(server: ServerProcess, parts: readonly (string | Buffer)[]): Promise<number> {
  const sockets: Socket[] = [];
  const { port } = new URL(server.url);
  let highest = rssOf(server.pid);
  /* oxlint-disable no-await-in-loop -- the sockets need turns of the event loop */
  for (let index = 0; index < requests; index++) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    for (const part of parts) socket.write(part);
    sockets.push(socket);
    if (index % 50 === 0) {
      await sleep(1);
      highest = Math.max(highest, rssOf(server.pid));
    }
  }
  for (let times = 0; times < 40; times++) {
    await sleep(100);
    highest = Math.max(highest, rssOf(server.pid));
  }
  /* oxlint-enable no-await-in-loop */
  for (const socket of sockets) socket.destroy();
  return highest;
}

async function useOrdinarily(server: ServerProcess): Promise<void> {
  const call = async (): Promise<void> => {
    for (let index = 0; index < 300; index++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await (
        await fetch(`${server.url}/api/trpc/session.me`, { headers: { authorization: `Bearer ${token}` } })
      ).text();
    }
  };
  await Promise.all(Array.from({ length: 10 }, call));
}

/* oxlint-disable no-await-in-loop -- one kind after the other */
for (const [kind, parts] of Object.entries(kinds)) {
  const server = await startServerProcess(environment);
  await useOrdinarily(server);
  await sleep(1_000);
  const idle = rssOf(server.pid);
  const highest = await attack(server, parts);
  const { status: health } = await fetch(`${server.url}/healthz`);
  console.log(JSON.stringify({ kind, requests, idle, highest, above: highest - idle, health }));
  await server.stop();
}
/* oxlint-enable no-await-in-loop */
