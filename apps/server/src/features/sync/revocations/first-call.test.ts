import { originAttribute } from '@latchkey/directory-sync';
import type { Permit } from 'permitio';
import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { startFaultProxy } from '../../../testing/fault-proxy.ts';
import { permitSdk } from '../../../testing/permit-sdk.ts';
import { startTestLogto, type TestLogto } from '../../../testing/test-logto.ts';
import { startUpstreams, startTestServer, type TestServer } from '../../../testing/test-server.ts';
import { waitFor } from '../../../testing/wait-for.ts';

let logto: TestLogto;
let upstreams: Awaited<ReturnType<typeof startUpstreams>>;
let sdk: Permit;
beforeEach(async () => {
  logto = await startTestLogto();
  upstreams = await startUpstreams();
  sdk = permitSdk(upstreams.permit);
});

const Answer = z.union([
  z.object({ result: z.object({ data: z.object({ roles: z.array(z.string()) }) }) }),
  z.object({ error: z.object({ data: z.object({ latchkey: z.object({ code: z.string() }) }) }) }),
]);

/** Calls as this user. Returns the roles in `default`, or the status, the error code and `Retry-After`. */
async function callerOf(server: TestServer, user: string): Promise<() => Promise<string>> {
  const headers = { authorization: `Bearer ${await server.issuer.sign({ sub: user })}` };
  return async () => {
    const response = await fetch(`${server.url}/api/trpc/session.me`, { headers });
    const answer = Answer.parse(await response.json());
    if ('result' in answer) return answer.result.data.roles.join();
    const retryAfter = response.headers.get('retry-after');
    return `${response.status} ${answer.error.data.latchkey.code} ${retryAfter}`;
  };
}

const unavailable = '503 DIRECTORY_UNAVAILABLE 1';

test.each(['Permit', 'Logto'] as const)(
  'a first call that %s answers late is 503 at its deadline; the work continues, and a later call finds it done',
  async (late) => {
    await using server = await startTestServer({
      logto: logto.management,
      upstreams,
      deadlines: { firstCall: 50 },
    });
    const user = await logto.newUser();
    const call = await callerOf(server, user);
    if (late === 'Permit')
      upstreams.permit.faults.add({ method: 'POST', path: '/v2/facts/*', delay: 600_000 });
    else logto.emulator.addFault({ path: `/api/users/${user}`, delay: 600_000 });
    expect(await Promise.all([call(), call()])).toEqual([unavailable, unavailable]);
    upstreams.permit.faults.clear();
    logto.emulator.clearFaults();
    // The work continues although no call waits for it.
    await waitFor(async () => expect((await sdk.api.users.get(user)).roles).toHaveLength(1));
    await waitFor(async () => expect(await call()).toBe('viewer'));
  },
);

test('after a 429 that closes Permit for two minutes, a first call waits only for its own deadline', async () => {
  await using server = await startTestServer({
    logto: logto.management,
    upstreams,
    deadlines: { firstCall: 50 },
  });
  upstreams.permit.faults.add({ path: '/v2/facts/*', status: 429, headers: { 'retry-after': '120' } });
  const users = [await logto.newUser(), await logto.newUser()];
  for (const user of users) {
    const call = await callerOf(server, user);
    expect(await call()).toBe(unavailable);
    expect(await call()).toBe(unavailable);
  }
});

test('after a 429 from Logto a first call is 503 immediately, and the next one retries', async () => {
  await using server = await startTestServer({ logto: logto.management, upstreams });
  const user = await logto.newUser();
  const call = await callerOf(server, user);
  logto.emulator.addFault({
    path: '/api/users/*',
    status: 429,
    headers: { 'retry-after': '120' },
    count: 1,
  });
  expect(await call()).toBe(unavailable);
  expect(await call()).toBe('viewer');
});

test('a suspended user unknown to the server is refused while Permit hangs, and loses their roles when it recovers', async () => {
  const proxy = await startFaultProxy(upstreams.permit.url);
  await using server = await startTestServer({
    logto: logto.management,
    upstreams,
    addresses: { permitApi: proxy.through(upstreams.permit.url).replace(/\/$/, '') },
  });
  const user = await logto.newUser({ name: 'Sue' });
  await sdk.api.users.create({
    key: user,
    attributes: { [originAttribute]: user },
    role_assignments: [{ role: 'viewer', tenant: 'default' }],
  });
  await logto.manage('PATCH', `/users/${user}/is-suspended`, { isSuspended: true });
  const call = await callerOf(server, user);
  await proxy.set('hanging');
  expect(await call()).toBe('401 SUBJECT_REVOKED null');
  await proxy.set('refused');
  await proxy.set('none');
  await waitFor(async () => expect((await sdk.api.users.get(user)).roles).toEqual([]));
});
