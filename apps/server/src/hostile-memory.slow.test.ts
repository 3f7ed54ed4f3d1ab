import { startPermitEmulator } from '@latchkey/directory-sync/testing';
import { createPermitDirectory } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { startServerProcess } from '@latchkey/server-process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyDatabase } from './testing/fresh-database.ts';
import { freePort } from './testing/free-port.ts';
import { hostileRequests } from './testing/hostile/hostile-requests.ts';
import { sendAll } from './testing/hostile/send-all.ts';
import { signInVain } from './testing/hostile/sign-in-vain.ts';
import { signingKey } from './testing/signed-load.ts';
import { startTestIssuer, testAudience } from './testing/test-issuer.ts';

/** Maximum growth of the memory (RSS) in bytes after ordinary work. */
const mostGrowth = 96 * 1_024 ** 2;

test("20,000 hostile requests without rate limits all get a response, and the server's memory stays bounded", async () => {
  await using stack = new AsyncDisposableStack();
  const { connection, emulator } = stack.use(await startPermitEmulator(policy));
  const issuer = stack.adopt(await startTestIssuer(), (one) => one.close());
  const metricsPort = await freePort();
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
    METRICS_PORT: metricsPort,
    METRICS_HOST: '127.0.0.1',
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
  const memory = async (): Promise<number> => {
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1]);
  };
  // Allocates the one-time memory of ordinary work.
  await send(5_000, 0);
  const most = (await memory()) + mostGrowth;
  await send(15_000, 1);
  await expect.poll(memory).toBeLessThan(most);
});
