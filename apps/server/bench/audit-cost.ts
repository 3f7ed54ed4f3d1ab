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
 * `node bench/audit-cost.ts [rounds] [seconds]`: what the audit log costs a gated call at 1,000 decisions a second. Two servers of one
 * process, of which one records nothing, are called in turn by another process. Prints the CPU time of a call (the writing into PostgreSQL
 * included, PostgreSQL's own not) with and without, and the median of the ratios.
 */
const rate = 1_000;
const [mode, ...rest] = process.argv.slice(2);
if (mode === 'load') await load(rest[0] ?? '', rest[1] ?? '', Number(rest[2]));
else await bench(Number(mode ?? 10), Number(rest[0] ?? 4));

/** Calls at a steady rate, and sends the number of answers that were no 200. */
async function load(url: string, token: string, seconds: number): Promise<void> {
  const pool = new Pool(url, { connections: 20, pipelining: 1 });
  const headers = { authorization: `Bearer ${token}` };
  let failed = 0;
  const calls: Promise<void>[] = [];
  const step = 5;
  for (let tick = 0; tick < (seconds * 1000) / step; tick += 1) {
    for (let index = 0; index < (rate * step) / 1000; index += 1) {
      const call = pool.request({ path: '/api/trpc/invitations.options', method: 'GET', headers });
      calls.push(
        call.then(async ({ statusCode, body }) => {
          await body.dump();
          if (statusCode !== 200) failed += 1;
        }),
      );
    }
    await sleep(step); // oxlint-disable-line no-await-in-loop -- at a steady rate
  }
  await Promise.all(calls);
  await pool.close();
  process.send?.({ calls: calls.length, failed });
}

async function bench(rounds: number, seconds: number): Promise<void> {
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

  /** CPU microseconds of a call. */
  const cost = async (url: string): Promise<number> => {
    const before = process.cpuUsage();
    const child = fork(import.meta.filename, ['load', url, token, String(seconds)]);
    const [{ calls, failed }] = (await once(child, 'message')) as [{ calls: number; failed: number }]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- what `load` sends
    const { user, system } = process.cpuUsage(before);
    if (failed > 0) throw new Error(`${failed} of ${calls} calls failed.`);
    // What waits to be written belongs to this round.
    await services.audit.record.hasRoom();
    return (user + system) / calls;
  };
  await cost(recording);
  await cost(silent);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const isFirst = round % 2 === 0;
    const first = await cost(isFirst ? recording : silent); // oxlint-disable-line no-await-in-loop -- in turn
    const second = await cost(isFirst ? silent : recording); // oxlint-disable-line no-await-in-loop
    const [withLog, without] = isFirst ? [first, second] : [second, first];
    ratios.push(withLog / without);
    process.stdout.write(
      `${withLog.toFixed(0)} µs with, ${without.toFixed(0)} µs without: ${(withLog / without).toFixed(3)}\n`,
    );
  }
  const sorted = ratios.toSorted((one, other) => one - other);
  process.stdout.write(`median ${sorted[Math.floor(sorted.length / 2)]?.toFixed(3)}\n`);
}
