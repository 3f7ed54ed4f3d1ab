import { originAttribute } from '@latchkey/directory-sync';
import { expect, test } from 'vitest';
import { openSyncQueues } from './sync-queues.ts';
import { idsOf, pagesOf } from '../../../testing/pages.ts';
import { webhookDeliveries } from '../tables.ts';
import { permitSdk } from '../../../testing/permit-sdk.ts';
import { startTestLogto } from '../../../testing/test-logto.ts';
import { startTestServer } from '../../../testing/test-server.ts';
import { waitFor } from '../../../testing/wait-for.ts';

const logto = await startTestLogto();
const server = await startTestServer({ logto: logto.management });
await logto.hookTo(server.url);
const sdk = permitSdk(server.permit);
await sdk.api.users.create({ key: 'operator', role_assignments: [{ role: 'admin', tenant: 'default' }] });
const client = await server.asNewcomer('operator');
// Admits the operator before any fault.
await client.session.me.query();

/** Waits until the only delivery about a user has had this many attempts, and returns it. */
async function triedOf(user: string, attempts = 1) {
  return waitFor(async () => {
    const [item] = (await client.sync.deliveries.query({ subject: `user:${user}` })).items;
    expect(item?.attempts).toBeGreaterThanOrEqual(attempts);
    return client.sync.delivery.query({ id: item?.id ?? '' });
  });
}

/** Makes the next attempt of a job due immediately, and final. */
const makeNextAttemptLast = (key: string): Promise<void> =>
  waitFor(async () => {
    const { rowCount } = await server.db.execute(
      `update pgboss.job set retry_limit = retry_count + 1, start_after = now() where singleton_key = '${key}' and state = 'retry'`,
    );
    expect(rowCount).toBe(1);
  });

test.each([
  ['permit', { status: 503 }, { code: 'PERMIT_UNAVAILABLE', status: 503 }, 'pending'],
  ['permit', { drop: true }, { code: 'PERMIT_UNAVAILABLE' }, 'pending'],
  ['permit', { status: 429, headers: { 'retry-after': '0' } }, { code: 'PERMIT_RATE_LIMITED' }, 'pending'],
  ['permit', { status: 403 }, { code: 'PERMIT_FORBIDDEN', status: 403 }, 'pending'],
  ['permit', { status: 422 }, { code: 'PERMIT_REFUSED', status: 422 }, 'failed'],
  ['logto', { status: 500 }, { code: 'LOGTO_UNAVAILABLE', status: 500 }, 'pending'],
  ['logto', { status: 429 }, { code: 'LOGTO_RATE_LIMITED', status: 429 }, 'pending'],
  ['logto', { status: 403 }, { code: 'LOGTO_FORBIDDEN', status: 403 }, 'pending'],
  ['logto', { status: 400 }, { code: 'LOGTO_REFUSED', status: 400 }, 'failed'],
] as const)('each error of %s has a code: %j is %j', async (vendor, fault, failure, status) => {
  const user = await logto.newUser();
  const before = await waitFor(async () => {
    const found = await client.sync.deliveries.query({ subject: `user:${user}` });
    expect(found.items).toMatchObject([{ status: 'applied', subjects: [`user:${user}`], subjectCount: 1 }]);
    return found.items[0];
  });
  if (vendor === 'permit') server.permit.faults.add({ path: '/v2/facts/*', ...fault });
  else logto.emulator.addFault({ path: '/api/users/*', ...fault });
  await client.sync.replay.mutate({ ids: [before?.id ?? ''] });
  const tried = await triedOf(user, 2);
  expect(tried).toMatchObject({ status, outcome: { kind: 'error', ...failure } });
  expect(tried.failedAttempts[0]).toMatchObject({ subject: `user:${user}`, ...failure });
});

test('a pending delivery has the time of its next attempt, and an applied one retains its failed attempts', async () => {
  server.permit.faults.add({ path: '/v2/facts/*', status: 503 });
  const user = await logto.newUser();
  const waiting = await waitFor(async () => {
    const tried = await triedOf(user, 2);
    expect(tried.nextAttemptAt).not.toBeNull();
    return tried;
  });
  const times = waiting.failedAttempts.map(({ failedAt }) => failedAt);
  expect(times).toEqual(times.toSorted().toReversed());
  expect(Date.parse(waiting.nextAttemptAt ?? '')).toBeGreaterThan(Date.parse(times[0] ?? ''));
  server.permit.faults.clear();
  const through = await waitFor(async () => {
    const found = await client.sync.delivery.query({ id: waiting.id });
    expect(found.status).toBe('applied');
    return found;
  });
  expect(through.nextAttemptAt).toBeNull();
  expect(through.failedAttempts.length).toBeGreaterThanOrEqual(2);
});

test('while deliveries fail, the status says so, drift is unknown, and subjects have their names from Logto', async () => {
  await client.sync.reconcile.mutate({});
  await waitFor(async () => expect((await client.sync.drift.query())?.unknownSince).toBeNull());
  logto.emulator.addFault({ path: '/api/users', status: 400, count: 1 });
  await client.sync.reconcile.mutate({});
  await waitFor(async () => {
    const [failed] = (await client.sync.status.query()).runs;
    expect(failed?.status).toBe('failed');
    expect((await client.sync.drift.query())?.unknownSince).toBe(failed?.finishedAt);
  });
  await client.sync.reconcile.mutate({});
  await waitFor(async () => expect((await client.sync.drift.query())?.unknownSince).toBeNull());
  await waitFor(async () => expect((await client.sync.status.query()).state).toBe('running'));
  server.permit.faults.add({ path: '/v2/facts/*', status: 503 });
  const user = await logto.newUser({ name: 'Nora Lind' });
  const organization = await logto.newOrganization('Acme');
  const { receivedAt } = await triedOf(user);
  const { state, delayed } = await client.sync.status.query();
  expect(state).toBe('failing');
  expect(delayed).toMatchObject({ failure: { code: 'PERMIT_UNAVAILABLE', status: 503 } });
  expect(Date.parse(delayed?.since ?? '')).toBeLessThanOrEqual(Date.parse(receivedAt));
  // The run corrected what failed before it began.
  expect((await client.sync.drift.query())?.unknownSince).toBe(delayed?.since);
  const named = (await client.sync.deliveries.query({ status: 'pending' })).items.flatMap(({ names }) =>
    Object.entries(names),
  );
  expect(Object.fromEntries(named)).toMatchObject({
    [`user:${user}`]: 'Nora Lind',
    [`organization:${organization}`]: 'Acme',
  });
  server.permit.faults.clear();
  await waitFor(async () => expect((await client.sync.status.query()).state).toBe('running'));
  expect((await client.sync.drift.query())?.unknownSince).toBeNull();
});

test.each([
  { status: 400, code: 'LOGTO_REFUSED' },
  { status: 500, code: 'LOGTO_UNAVAILABLE' },
])(
  'a status check that fails permanently, with $code, is a dead letter, and a replay checks again',
  async ({ status, code }) => {
    const user = await logto.newUser();
    const { id } = await triedOf(user);
    await waitFor(async () => expect((await client.sync.delivery.query({ id })).status).toBe('applied'));
    logto.emulator.addFault({ path: `/api/users/${user}`, status });
    const queues = await openSyncQueues(server.databaseUrl, () => {});
    await queues.enqueueStatusChecks([user]);
    await queues.close();
    // A refusal is final immediately.
    if (status === 500) await makeNextAttemptLast(user);
    const dead = await waitFor(async () => {
      const found = await client.sync.delivery.query({ id });
      expect(found.status).toBe('failed');
      return found;
    });
    expect(dead.outcome).toMatchObject({ kind: 'error', code, status });
    expect(dead.failedAttempts[0]).toMatchObject({ subject: `user:${user}`, code });
    expect((await client.sync.deadLetters.query({})).items.map((one) => one.id)).toContain(id);

    logto.emulator.clearFaults();
    await logto.hookTo('http://127.0.0.1:9');
    await logto.manage('PATCH', `/users/${user}/is-suspended`, { isSuspended: true });
    await logto.hookTo(server.url);
    await client.sync.replay.mutate({ ids: [id] });
    await waitFor(() => expect(server.sync.revocations.isRevoked(user)).toBe(true));
  },
);

test('a status check that fails permanently does not change the attempts of a pending delivery', async () => {
  server.permit.faults.add({ path: '/v2/facts/*', status: 503 });
  const user = await logto.newUser();
  const { id } = await triedOf(user);
  logto.emulator.addFault({ path: `/api/users/${user}`, status: 400, count: 1 });
  const queues = await openSyncQueues(server.databaseUrl, () => {});
  await queues.enqueueStatusChecks([user]);
  await queues.close();
  server.permit.faults.clear();
  await waitFor(async () => expect((await client.sync.delivery.query({ id })).status).toBe('applied'));
});

test('a replay attempts a pending delivery immediately', async () => {
  server.permit.faults.add({ path: '/v2/facts/*', status: 503 });
  const user = await logto.newUser();
  const { id } = await triedOf(user);
  await waitFor(async () => {
    const { rowCount } = await server.db.execute(
      `update pgboss.job set start_after = now() + interval '1 hour' where singleton_key = 'user:${user}' and state = 'retry'`,
    );
    expect(rowCount).toBe(1);
  });
  const { receivedAt } = await client.sync.delivery.query({ id });
  // Deliveries of other tests may have been pending for longer.
  const { oldestPendingAt } = await client.sync.status.query();
  expect(Date.parse(oldestPendingAt ?? '')).toBeLessThanOrEqual(Date.parse(receivedAt));
  server.permit.faults.clear();
  const before = await client.sync.delivery.query({ id });
  expect(Date.parse(before.nextAttemptAt ?? '')).toBeGreaterThan(Date.now());
  expect(await client.sync.replay.mutate({ ids: [id] })).toEqual({ replayed: 1 });
  const after = await waitFor(async () => {
    const found = await client.sync.delivery.query({ id });
    expect(found.status).toBe('applied');
    return found;
  });
  expect(after.settledAt ?? '').toMatch(/^20/);
  expect(Date.parse(after.settledAt ?? '')).toBeLessThan(Date.parse(before.nextAttemptAt ?? ''));
  expect((await client.sync.status.query()).oldestPendingAt).not.toBe(receivedAt);
});

test('a slow subject does not delay the other subjects of its batch', async () => {
  const [quick, slow] = [await logto.newUser(), await logto.newUser()];
  const of = async (user: string) => {
    const [item] = (await client.sync.deliveries.query({ subject: `user:${user}` })).items;
    return item;
  };
  const statusOf = async (user: string) => (await of(user))?.status;
  for (const user of [quick, slow]) await waitFor(async () => expect(await statusOf(user)).toBe('applied'));
  logto.emulator.addFault({ path: `/api/users/${quick}`, delay: 1_100 });
  logto.emulator.addFault({ path: `/api/users/${slow}`, delay: 600_000 });
  await client.sync.replay.mutate({ ids: [(await of(quick))?.id ?? '', (await of(slow))?.id ?? ''] });
  await waitFor(async () => expect(await statusOf(quick)).toBe('applied'));
  expect(await statusOf(slow)).toBe('pending');
});

test('the pages of a list skip no delivery with the same time', async () => {
  await client.sync.pause.mutate();
  await Promise.all(Array.from({ length: 7 }, () => logto.newUser()));
  await logto.emulator.settled();
  const all = (await client.sync.deliveries.query({ limit: 100 })).items;
  // Set in one statement, so that all deliveries have the same time.
  await server.db.update(webhookDeliveries).set({ receivedAt: new Date() });
  const pages = await pagesOf(client.sync.deliveries.query, { limit: 5 });
  expect(idsOf(pages).toSorted()).toEqual(all.map(({ id }) => id).toSorted());
  await client.sync.resume.mutate();
});

test('a refused run has the number of users who would lose something; drift separates open from corrected differences', async () => {
  const keys = Array.from({ length: 60 }, (_, index) => `left${String(index).padStart(8, '0')}`);
  const ended = async (options: { dryRun?: boolean; force?: boolean }) => {
    const { id } = await client.sync.reconcile.mutate(options);
    return waitFor(async () => {
      const run = (await client.sync.status.query()).runs.find((one) => one.id === id);
      expect(run?.finishedAt).toEqual(expect.any(String));
      return run;
    });
  };
  await ended({});
  await Promise.all(keys.map((key) => sdk.api.users.create({ key, attributes: { [originAttribute]: key } })));
  const refused = await ended({});
  expect(refused).toMatchObject({
    status: 'refused',
    problem: { code: 'SYNC_MASS_CHANGE', affected: 60, allowed: 50, message: expect.any(String) },
  });
  const users = await sdk.api.users.list();
  const tenants = await sdk.api.tenants.list();
  expect(refused?.problem).toMatchObject({ total: users.total_count + tenants.length });
  expect(await client.sync.drift.query()).toMatchObject({ status: 'refused', open: 60, corrected: 0 });
  await logto.loseDeliveries(); // With an entry in Logto's log, a worker would correct it too.
  await logto.newUser();
  await logto.hookTo(server.url);
  const dryRun = await ended({ dryRun: true, force: true });
  expect((await client.sync.status.query()).lastReal?.id).toBe(refused?.id);
  expect(await client.sync.drift.query()).toMatchObject({ dryRun: true, open: 61, corrected: 0 });
  expect(dryRun?.report?.sample[0]).toContain('delete-user');
  await ended({ force: true });
  expect(await client.sync.drift.query()).toMatchObject({ dryRun: false, open: 0, corrected: 61 });
});
