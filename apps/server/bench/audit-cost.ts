import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { noLimits } from '@latchkey/directory-sync';
import { Pool } from 'undici';
import { createApp } from '../src/app.ts';
import { createHttpServer } from '../src/http/create-http-server.ts';
import { createDrain } from '../src/http/drain.ts';
import { createLogger } from '../src/log/create-logger.ts';
import { openServices, type Services } from '../src/services.ts';
import { startNeighbours } from '../src/testing/test-server.ts';
import { testAudience } from '../src/testing/test-issuer.ts';
import { openBenchDatabase } from './open-bench-database.ts';

/**
 * `node bench/audit-cost.ts [rounds]`: what the audit log costs a gated call at 1,000 decisions a second. Two servers of one process, of which
 * one records nothing, are called in turn, a second each, by another process. Prints the CPU time of a call (the writing into PostgreSQL
 * included, PostgreSQL's own not) with and without: the medians, and the quartiles of the ratios.
 */
const rate = 1_000;
const [mode] = process.argv.slice(2);
if (mode === 'load') load();
else await bench(Number(mode ?? 40));

interface Order {
  readonly url: string;
  readonly token: string;
}
interface Result {
  readonly calls: number;
  readonly failed: number;
}

/** Calls at a steady rate for a second whenever it is told where, and says how many answers were no 200. */
function load(): void {
  const pools = new Map<string, Pool>();
  process.on('message', ({ url, token }: Order) => {
    const pool = pools.get(url) ?? new Pool(url, { connections: 20, pipelining: 1 });
    pools.set(url, pool);
    void callForASecond(pool, token).then((result) => process.send?.(result));
  });
}

async function callForASecond(pool: Pool, token: string): Promise<Result> {
  const headers = { authorization: `Bearer ${token}` };
  const began = performance.now();
  let failed = 0;
  const calls: Promise<void>[] = [];
  while (calls.length < rate) {
    // As many as are due by now: a timer may be late.
    const due = Math.min(rate, Math.ceil(((performance.now() - began) / 1000) * rate));
    while (calls.length < due) {
      const call = pool.request({ path: '/api/trpc/invitations.options', method: 'GET', headers });
      calls.push(
        call.then(async ({ statusCode, body }) => {
          await body.dump();
          if (statusCode !== 200) failed += 1;
        }),
      );
    }
    await sleep(2); // oxlint-disable-line no-await-in-loop -- at a steady rate
  }
  await Promise.all(calls);
  return { calls: calls.length, failed };
}

async function bench(rounds: number): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await openBenchDatabase());
  const { permit, issuer } = stack.use(await startNeighbours());
  const log = createLogger('silent');
  const services = stack.use(
    await openServices({
      databaseUrl: database.url,
      permit: { apiUrl: permit.url, pdpUrl: permit.pdpUrl, apiKey: permit.keys.environment },
      tokens: { issuer: issuer.issuer, audience: testAudience, jwksUrl: issuer.jwksUrl },
      sync: { limits: noLimits, sweepMinutes: 0 },
      vendorConsoles: {},
      audit: { retentionDays: 365, explanationsPerMinute: 0 },
      log,
    }),
  );
  const serve = async (of: Services): Promise<string> => {
    const drain = createDrain();
    const server = createHttpServer(
      createApp({
        services: of,
        drain,
        signingKeys: ['a signing key of the bench'],
        freshness: undefined,
        webConfig: { logto: { endpoint: issuer.issuer, appId: 'bench' }, apiResource: testAudience },
        log,
      }),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    stack.defer(() => drain.close(server));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // oxlint-disable-line typescript/no-unsafe-type-assertion -- it listens
  };
  const record = { ...services.audit.record, decided: () => {} };
  const recording = await serve(services);
  const silent = await serve({ ...services, audit: { ...services.audit, record } });
  await services.onListening();
  await services.directory.provisionUser({ key: 'bench' }, { role: 'admin', tenant: 'default' });
  // A call that is nothing but its gate: what the log costs shows most.
  const token = await issuer.sign({ sub: 'bench' });

  const caller = fork(import.meta.filename, ['load']);
  stack.defer(() => void caller.kill());

  /** CPU microseconds of a call. */
  const cost = async (url: string): Promise<number> => {
    const before = process.cpuUsage();
    const answered = once(caller, 'message');
    caller.send({ url, token } satisfies Order);
    const [{ calls, failed }] = (await answered) as [Result]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- what `load` sends
    // What waits to be written belongs to this round.
    await services.audit.flush();
    const { user, system } = process.cpuUsage(before);
    if (failed > 0) throw new Error(`${failed} of ${calls} calls failed.`);
    return (user + system) / calls;
  };
  // Until the code is compiled.
  for (let round = 0; round < 10; round += 1) await cost(round % 2 === 0 ? recording : silent); // oxlint-disable-line no-await-in-loop -- in turn
  const [withLog, without, ratios]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    const isFirst = round % 2 === 0;
    const first = await cost(isFirst ? recording : silent); // oxlint-disable-line no-await-in-loop -- in turn
    const second = await cost(isFirst ? silent : recording); // oxlint-disable-line no-await-in-loop
    withLog.push(isFirst ? first : second);
    without.push(isFirst ? second : first);
    ratios.push((withLog.at(-1) ?? 0) / (without.at(-1) ?? 1));
  }
  process.stdout.write(
    `${at(withLog, 0.5).toFixed(0)} µs with, ${at(without, 0.5).toFixed(0)} µs without; ratio ${at(ratios, 0.5).toFixed(3)}, half of them from ${at(ratios, 0.25).toFixed(3)} to ${at(ratios, 0.75).toFixed(3)}\n`,
  );
}

/** The value below which this part of the list is. */
function at(list: readonly number[], part: number): number {
  return list.toSorted((one, other) => one - other)[Math.floor(list.length * part)] ?? Number.NaN;
}
