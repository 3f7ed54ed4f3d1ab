import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPermitEmulator } from '@latchkey/directory-sync/testing';
import { createPermitDirectory } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { startServerProcess } from '@latchkey/server-process';
import * as fc from 'fast-check';
import { hostileRequests } from '../src/testing/hostile/hostile-requests.ts';
import { sendAll, type Breach } from '../src/testing/hostile/send-all.ts';
import { signInVain } from '../src/testing/hostile/sign-in-vain.ts';
import { startTestIssuer, testAudience } from '../src/testing/test-issuer.ts';
import { memoryOf } from './memory-of.ts';
import { openBenchDatabase } from './open-bench-database.ts';
import { portOf } from '../src/testing/port-of.ts';

/**
 * `node bench/hostile-input.ts [--requests 100000] [--seed 1]`: sends hostile tokens, deliveries, calls and bytes to a server
 * process, and holds it to the laws of `hostile-input.test.ts`: it lives, tells no 5xx but those meant, allows nothing, calls
 * nobody, and its memory stays where it was. Exits with 1 when a law was broken. Linux only.
 */
const { values: options } = parseArgs({
  options: { requests: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const [count = 100_000, seed = 1] = [options.requests, options.seed].map(Number);
/** Mebibytes by which the memory at rest may have grown. */
const mostGrowth = 96;

await using stack = new AsyncDisposableStack();
const database = stack.use(await openBenchDatabase());
const { connection, emulator } = stack.use(await startPermitEmulator(policy));
const issuer = await startTestIssuer();
stack.defer(() => issuer.close());
let calledOut = 0;
const canary = createServer((_request, response) => {
  calledOut += 1;
  response.end();
}).listen(0, '127.0.0.1');
stack.defer(() => void canary.close());

const signingKey = 'bench-signing-key-0000000000000000';
const server = await startServerProcess({
  LOGTO_ENDPOINT: issuer.issuer.replace(/\/oidc$/, ''),
  LOGTO_APP_ID: 'spa',
  LOGTO_API_RESOURCE: testAudience,
  LOGTO_WEBHOOK_SIGNING_KEYS: signingKey,
  LOGTO_WEBHOOK_FRESHNESS: 'off',
  PERMIT_API_URL: connection.apiUrl,
  PERMIT_PDP_URL: emulator.pdpUrl,
  PERMIT_API_KEY: connection.apiKey,
  DATABASE_URL: database.url,
  LOG_LEVEL: 'info',
  // All of it comes from one address: what is behind the limits is to be seen.
  RATE_LIMIT_STRANGERS: '0',
  RATE_LIMIT_DELIVERIES: '0',
  RATE_LIMIT_CALLS: '0',
  RATE_LIMIT_CHANGES: '0',
  RATE_LIMIT_EXPORTS: '0',
});
stack.defer(async () => void (await server.stop()));
await createPermitDirectory(connection).provisionUser(
  { key: 'viewer' },
  { role: 'viewer', tenant: 'default' },
);

const address = canary.address();
const means = {
  viewer: await issuer.sign({ sub: 'viewer' }),
  signed: await signInVain(issuer),
  signingKey,
  procedures: [
    'session.me',
    'session.gates',
    'reports.create',
    'reports.get',
    'reports.list',
    'reports.publish',
  ]
    .concat(['members.list', 'members.assign', 'collections.create', 'requests.create', 'audit.list'])
    .concat(['sync.replay', 'viewAs.start', 'invitations.create', 'why.explain', 'policy.matrix']),
  canary: `http://127.0.0.1:${portOf(address)}`,
};

const memoryNow = async (): Promise<number> => Math.round(await memoryOf(server.pid, 'VmRSS'));

const { pid } = server;
const breaches: Breach[] = [];
const lot = 5_000;
let rested = 0;
for (let sent = 0; sent < count; sent += lot) {
  /* oxlint-disable no-await-in-loop -- lot after lot */
  const requests = fc.sample(hostileRequests(means), {
    numRuns: Math.min(lot, count - sent),
    seed: seed + sent,
  });
  breaches.push(...(await sendAll(server.url, requests)));
  const memory = await memoryNow();
  // What ordinary work costs once is there after the first lot.
  if (sent === 0) rested = memory;
  console.log(`${sent + requests.length} sent, ${breaches.length} laws broken, ${memory} MiB`);
  /* oxlint-enable no-await-in-loop */
}
await sleep(5_000);
const growth = (await memoryNow()) - rested;
const { status } = await fetch(`${server.url}/healthz`);
console.log({
  seed,
  breaches: breaches.slice(0, 20),
  calledOut,
  growth,
  health: status,
  lives: server.pid === pid,
});
if (breaches.length > 0 || calledOut > 0 || growth > mostGrowth || status !== 200) process.exitCode = 1;
