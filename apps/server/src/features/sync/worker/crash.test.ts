import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyPolicy } from '@latchkey/permissions/policy';
import { start as startPermit, type Emulator } from '@latchkey/permit-emulator';
import { policy } from '@latchkey/policy';
import { startServerProcess, type ServerProcess } from '@latchkey/server-process';
import { Permit } from 'permitio';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { freshDatabase } from '../../../testing/fresh-database.ts';
import { startTestLogto, type TestLogto } from '../../../testing/test-logto.ts';
import { signingKey } from '../../../testing/test-server.ts';

let logto: TestLogto;
let permit: Emulator;
let environment: Record<string, string>;
beforeAll(async () => {
  [logto, permit] = await Promise.all([
    startTestLogto(),
    startPermit({ port: 0, pdpPort: 0, opaPort: 'off' }),
  ]);
  await applyPolicy(policy, { apiUrl: permit.url, apiKey: permit.keys.environment });
});
afterAll(() => Promise.all([logto.close(), permit.close()]));
beforeEach(async () => {
  environment = {
    DATABASE_URL: await freshDatabase(),
    LOGTO_ENDPOINT: logto.management.endpoint,
    LOGTO_APP_ID: 'app',
    LOGTO_API_RESOURCE: 'https://api.latchkey.example',
    LOGTO_WEBHOOK_SIGNING_KEYS: signingKey,
    LOGTO_M2M_APP_ID: logto.management.appId,
    LOGTO_M2M_APP_SECRET: logto.management.appSecret,
    SYNC_SWEEP_MINUTES: '0',
    PERMIT_API_URL: permit.url,
    PERMIT_PDP_URL: permit.pdpUrl,
    PERMIT_API_KEY: permit.keys.environment,
    PERMIT_WRITES_PER_MINUTE: '100000',
  };
});

/** Whether the delivery was acknowledged, so that Logto does not send it again. */
async function deliver(url: string, id: string): Promise<boolean> {
  const event = {
    event: 'User.Created',
    createdAt: new Date().toISOString(),
    data: { id, isSuspended: false },
  };
  const body = JSON.stringify(event);
  const headers = { 'logto-signature-sha-256': createHmac('sha256', signingKey).update(body).digest('hex') };
  return fetch(`${url}/api/webhooks/logto`, { method: 'POST', headers, body }).then(
    ({ status }) => status === 200,
    () => false,
  );
}

const newUsers = (count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, () => logto.newUser()));

/** Each user is in Permit with exactly the default role. */
async function provisioned(ids: readonly string[]): Promise<void> {
  const sdk = new Permit({ token: permit.keys.environment, apiUrl: permit.url, log: { level: 'silent' } });
  await vi.waitFor(
    async () => {
      const users = await Promise.all(ids.map((id) => sdk.api.users.get(id)));
      for (const { roles } of users) expect(roles).toEqual([{ role: 'viewer', tenant: 'default' }]);
    },
    { timeout: 60_000, interval: 500 },
  );
}

test('a server that is killed repeatedly under load loses no acknowledged delivery', async () => {
  const ids = await newUsers(120);
  const acknowledged: string[] = [];
  let server: ServerProcess = await startServerProcess(environment);
  /* oxlint-disable no-await-in-loop -- a life after the other */
  for (let life = 0; life < 3; life++) {
    const batch = ids.slice(life * 40, life * 40 + 40);
    const { url } = server;
    const results = Promise.all(batch.map(async (id) => ((await deliver(url, id)) ? [id] : [])));
    await sleep([5, 40, 120][life]);
    await server.kill();
    acknowledged.push(...(await results).flat());
    server = await startServerProcess(environment);
  }
  /* oxlint-enable no-await-in-loop */
  const last = await newUsers(1);
  expect(await deliver(server.url, last[0] ?? '')).toBe(true);
  await provisioned([...acknowledged, ...last]);
  expect(await server.stop()).toBe(0);
}, 120_000);

test('three servers on one database share the work, and two do the work of one that is killed', async () => {
  const servers = await Promise.all([1, 2, 3].map(() => startServerProcess(environment)));
  const ids = await newUsers(150);
  const results = Promise.all(
    ids.map(async (id, index) => ((await deliver(servers[index % 3]?.url ?? '', id)) ? [id] : [])),
  );
  await sleep(60);
  await servers[1]?.kill();
  const acknowledged = (await results).flat();
  expect(acknowledged.length).toBeGreaterThanOrEqual(100);
  await provisioned(acknowledged);
  expect(await Promise.all([servers[0]?.stop(), servers[2]?.stop()])).toEqual([0, 0]);
}, 120_000);
