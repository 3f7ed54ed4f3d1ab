import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPermitEmulator } from '@latchkey/directory-sync/testing';
import { createPermitDirectory } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { startServerProcess } from '@latchkey/server-process';
import { startFaultProxy, type FaultProxy, type NetworkFault } from '../src/testing/fault-proxy.ts';
import { startTestIssuer, testAudience } from '../src/testing/test-issuer.ts';
import { isAlive } from '../src/testing/is-alive.ts';
import { countMissing, deliver, signingKey } from '../src/testing/signed-load.ts';
import { call, countStatuses, idIn, openLoad, p99, type Answer } from './load.ts';
import { memoryOf } from './memory-of.ts';
import { openBenchDatabase } from './open-bench-database.ts';

/**
 * `node bench/soak.ts [--minutes 10]`: two servers under mixed load (gated reads, changes, signed deliveries) while their neighbours have a
 * fault of the network for five seconds in every half minute, and one server is killed now and then. Prints, and exits with 1 unless: no
 * server ended by itself, nothing but 200 and 503 was answered, no acknowledged delivery is lost, memory at rest is flat, and the 99th
 * percentile is back within ten seconds of the end of each fault. Linux only.
 */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const period = 30_000;
const faultFor = 5_000;
const rounds = Math.max(1, Math.round((Number(values.minutes) * 60_000) / period));
/** A second: calls, changes and deliveries. */
const rates = { read: 40, change: 2, delivery: 10 };

await using stack = new AsyncDisposableStack();
const database = stack.use(await openBenchDatabase());
const { connection, emulator } = stack.use(await startPermitEmulator(policy));
const issuer = await startTestIssuer();
stack.defer(() => issuer.close());
const proxies = {
  PostgreSQL: await startFaultProxy(database.url),
  PDP: await startFaultProxy(emulator.pdpUrl),
  "Permit's API": await startFaultProxy(connection.apiUrl),
};
for (const proxy of Object.values(proxies)) stack.defer(() => proxy.close());
const through = (proxy: FaultProxy, url: string): string => proxy.through(url).replace(/\/$/, '');

const environment = {
  LOGTO_ENDPOINT: issuer.issuer.replace(/\/oidc$/, ''),
  LOGTO_APP_ID: 'spa',
  LOGTO_API_RESOURCE: testAudience,
  LOGTO_WEBHOOK_SIGNING_KEYS: signingKey,
  PERMIT_API_URL: through(proxies["Permit's API"], connection.apiUrl),
  PERMIT_PDP_URL: through(proxies.PDP, emulator.pdpUrl),
  PERMIT_API_KEY: connection.apiKey,
  DATABASE_URL: through(proxies.PostgreSQL, database.url),
};
const servers = [await startServerProcess(environment), await startServerProcess(environment)] as const;
stack.defer(async () => void (await Promise.all(servers.map((server) => server.stop()))));
await createPermitDirectory(connection).provisionUser(
  { key: 'editor' },
  { role: 'editor', tenant: 'default' },
);
const token = await issuer.sign({ sub: 'editor' });

const answers: Answer[] = [];
const acknowledged: string[] = [];
/** The server that was killed on purpose gives no answers. */
let killed: string | undefined;

const timed = async (work: () => Promise<{ status: number }>, url: string): Promise<void> => {
  const at = performance.now();
  const { status } = await work().catch(() => ({ status: 0 }));
  if (status !== 0 || killed !== url) answers.push({ at, took: performance.now() - at, status });
};
const made = await call(servers[0].url, 'reports.create', {
  token,
  body: { title: 'Soak', kind: 'access-review' },
});
const id = idIn(made);

const readPath = `reports.list?input=${encodeURIComponent('{}')}`;
const first = await call(servers[1].url, readPath, { token });
if (made.status !== 200 || first.status !== 200) throw new Error(`${made.text} ${first.text}`);

const load = openLoad();
const inTurn = (index: number): string => servers[index % 2 === 0 ? 0 : 1].url;
load.add(rates.read, (index) => timed(() => call(inTurn(index), readPath, { token }), inTurn(index)));
load.add(rates.change, (index) =>
  timed(
    () => call(inTurn(index), 'reports.rename', { token, body: { id, title: `Soak ${Math.random()}` } }),
    inTurn(index),
  ),
);
load.add(rates.delivery, async (index) => {
  const nonce = crypto.randomUUID();
  if (await deliver(inTurn(index), nonce)) acknowledged.push(nonce);
});

const memoryNow = (): Promise<number[]> =>
  Promise.all(servers.map(async ({ pid }) => Math.round(await memoryOf(pid, 'VmRSS'))));
const between = (from: number, to: number): Answer[] => answers.filter(({ at }) => at >= from && at < to);

const faults: readonly (readonly [keyof typeof proxies | 'kill', NetworkFault])[] = [
  ['PDP', 'hanging'],
  ['PostgreSQL', 'refused'],
  ["Permit's API", 'slow'],
  ['PDP', 'garbage'],
  ['PostgreSQL', 'hanging'],
  ['PDP', 'reset'],
  ['kill', 'none'],
  ['PostgreSQL', 'reset'],
  ["Permit's API", 'limited'],
  ['PDP', 'slow'],
];

/** Seconds after a fault until two seconds in a row are as quick as usual and have no failure; undefined: not within the period. */
function recoveryAfter(end: number, usual: number): number | undefined {
  for (let second = 0; second < (period - faultFor) / 2_000; second++) {
    const window = between(end + second * 1_000, end + (second + 2) * 1_000);
    const isWell = window.length > 20 && window.every(({ status }) => status === 200);
    if (isWell && p99(window) <= Math.max(3 * usual, 100)) return second;
  }
  return undefined;
}

await sleep(10_000);
const usual = p99(between(performance.now() - 5_000, performance.now()));
const atRest: number[][] = [];
const recoveries: object[] = [];
for (let round = 0; round < rounds; round++) {
  /* oxlint-disable no-await-in-loop -- one fault after the other */
  const [where, fault] = faults[round % faults.length] ?? (['kill', 'none'] as const);
  const began = performance.now();
  if (where === 'kill') {
    killed = servers[1].url;
    await servers[1].kill();
    await sleep(faultFor);
    await servers[1].restart();
    killed = undefined;
  } else {
    await proxies[where].set(fault);
    await sleep(faultFor);
    await proxies[where].set('none');
  }
  const end = performance.now();
  await sleep(Math.max(0, period - (end - began)));
  const seconds = recoveryAfter(end, usual);
  atRest.push(await memoryNow());
  recoveries.push({ where, fault, seconds });
  console.log(
    `${round + 1}/${rounds} ${where} ${fault}: well after ${seconds ?? 'more than 12'} s, ${atRest.at(-1)?.join(' and ')} MiB`,
  );
  /* oxlint-enable no-await-in-loop */
}
await load.stop();

const odd = answers.filter(({ status }) => ![200, 503].includes(status)).length;
const half = Math.ceil(atRest.length / 2);
const most = (of: readonly number[][]): number => Math.max(...of.flat());
const growth = most(atRest.slice(half)) - most(atRest.slice(0, half));
const late = recoveries.filter((one) => !('seconds' in one) || Number(one.seconds ?? Infinity) > 10);
const lost = await countMissing(database.url, acknowledged);
const exited = servers.filter(({ pid }) => !isAlive(pid)).length;
console.log({
  usualP99: Math.round(usual),
  calls: answers.length,
  statuses: countStatuses(answers),
  acknowledged: acknowledged.length,
  lost,
  exited,
  growth,
  late,
});
if (odd > 0 || lost > 0 || exited > 0 || growth > 48 || late.length > 0) process.exitCode = 1;
