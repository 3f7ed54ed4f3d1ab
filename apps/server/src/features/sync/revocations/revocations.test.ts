import { setTimeout as sleep } from 'node:timers/promises';
import { noLimits, originAttribute } from '@latchkey/directory-sync';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deliver } from '../../../testing/deliver.ts';
import { directoryDeps, startTestLogto, type TestLogto } from '../../../testing/test-logto.ts';
import { startFaultProxy } from '../../../testing/fault-proxy.ts';
import { codeOf } from '../../../testing/call-procedure.ts';
import {
  startUpstreams,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from '../../../testing/test-server.ts';
import { terminateBus } from '../../../testing/fresh-database.ts';
import { untilIdle, waitFor } from '../../../testing/wait-for.ts';

let logto: TestLogto;
let upstreams: Awaited<ReturnType<typeof startUpstreams>>;
let first: TestServer;
let servers: TestServer[];
beforeEach(async () => {
  logto = await startTestLogto();
  upstreams = await startUpstreams();
  first = await startTestServer({ logto: logto.management, upstreams });
  servers = [first];
});
afterEach(() => Promise.all(servers.map((server) => server.close())));

async function startAnother(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startTestServer({
    logto: logto.management,
    databaseUrl: first.databaseUrl,
    upstreams,
    ...options,
  });
  servers.push(server);
  return server;
}

async function stop(server: TestServer): Promise<void> {
  servers = servers.filter((one) => one !== server);
  await server.close();
}

/** Calls as this user. Returns `ok` or the error code. The token is signed in advance. */
async function visitorOf(server: TestServer, user: string): Promise<() => Promise<string>> {
  const client = await server.asNewcomer(user);
  return () => codeOf(client.session.me.query());
}

const suspend = (user: string, isSuspended = true): Promise<unknown> =>
  logto.manage('PATCH', `/users/${user}/is-suspended`, { isSuspended });

const eventOf = (event: string, data: object): string =>
  JSON.stringify({ event, createdAt: new Date().toISOString(), nonce: Math.random(), data });

/** Queues deletions of users who are in Permit. By Permit's limits, only one per minute is made. */
async function queueDeletions(server: TestServer, count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => `gone${String(index).padStart(8, '0')}`);
  const writes = directoryDeps(server, logto).permit.writes;
  for (let start = 0; start < count; start += 50) {
    const some = ids.slice(start, start + 50);
    await Promise.all(
      some.map((id) => {
        const attributes = { [originAttribute]: id };
        return writes.createUser({ key: id, email: null, firstName: null, attributes }, []);
      }),
    );
    const answers = await Promise.all(some.map((id) => deliver(server.url, eventOf('User.Deleted', { id }))));
    expect(answers).toEqual(some.map(() => [200, undefined]));
  }
}

const visitsTo = (all: readonly TestServer[], user: string) =>
  Promise.all(all.map((server) => visitorOf(server, user)));

/** Expects that earlier deliveries are still pending, so that the denials do not come from the queue. */
const expectBacklog = async ({ sync }: TestServer): Promise<void> =>
  expect((await sync.control.deliveries.counts()).pending).toBeGreaterThan(900);

test('behind 1,000 deletions, refuses on every replica, after a broken connection, and from the first call after downtime', async () => {
  const limits = { ...noLimits, delete: 1, bulk: 1 };
  const replicas = [await startAnother({ limits }), await startAnother({ limits })];
  await stop(first);
  const [one, other] = replicas;
  if (one === undefined || other === undefined) throw new TypeError('Two were started.');
  const users = await Promise.all(Array.from({ length: 6 }, () => logto.newUser()));
  const visits = new Map<string, (() => Promise<string>)[]>();
  for (const user of users) visits.set(user, await visitsTo(replicas, user));
  const answersOf = (user: string) => Promise.all((visits.get(user) ?? []).map((visit) => visit()));
  for (const user of users) expect(await answersOf(user)).toEqual(['ok', 'ok']);
  await queueDeletions(one, 1_000);
  const suspendOrDelete = async (user: string, isDeletion: boolean): Promise<string> => {
    if (isDeletion) await logto.manage('DELETE', `/users/${user}`);
    else await suspend(user);
    return isDeletion
      ? eventOf('User.Deleted', { id: user })
      : eventOf('User.SuspensionStatus.Updated', { id: user, isSuspended: true });
  };
  const everywhere = ['SUBJECT_REVOKED', 'SUBJECT_REVOKED'];
  for (const [index, user] of users.slice(0, 4).entries()) {
    if (index >= 2) await terminateBus(one.databaseUrl);
    expect(await deliver(one.url, await suspendOrDelete(user, index % 2 === 0))).toEqual([200, undefined]);
    // The replica that received the delivery refuses immediately, the other one soon.
    expect((await answersOf(user))[0]).toBe('SUBJECT_REVOKED');
    await waitFor(async () => expect(await answersOf(user)).toEqual(everywhere));
  }
  await expectBacklog(one);
  // A reactivation does not wait for Permit's limits either.
  const [, back = ''] = users;
  await suspend(back, false);
  await deliver(one.url, eventOf('User.SuspensionStatus.Updated', { id: back, isSuspended: false }));
  await waitFor(async () => expect(await answersOf(back)).toEqual(['ok', 'ok']));
  await expectBacklog(one);

  await stop(one);
  await stop(other);
  const [, , , , deleted = '', suspended = ''] = users;
  await suspendOrDelete(deleted, true);
  await suspendOrDelete(suspended, false);
  const next = [await startAnother({ limits }), await startAnother({ limits })];
  for (const user of [deleted, suspended]) {
    const first = await Promise.all((await visitsTo(next, user)).map((visit) => visit()));
    expect(first).toEqual(everywhere);
  }
  await expectBacklog(next[0] ?? one);
});

test('a stale suspension that arrives after the reactivation is corrected from Logto', async () => {
  const user = await logto.newUser();
  const visit = await visitorOf(first, user);
  expect(await visit()).toBe('ok');
  await deliver(first.url, eventOf('User.SuspensionStatus.Updated', { id: user, isSuspended: true }));
  await waitFor(async () => expect(await visit()).toBe('ok'));
});

test('a machine that a delivery names as a user is treated as a machine, without a record', async () => {
  const machine = logto.management.appId;
  const grant = { role: 'admin', tenant: 'default' };
  await first.directory.provisionUser({ key: machine }, grant);
  const token = await first.issuer.sign({ sub: machine, client_id: machine });
  const read = async (): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${first.url}/api/trpc/session.me`, { headers })).json();
  };
  for (const event of ['User.Data.Updated', 'User.Deleted']) {
    expect(await deliver(first.url, eventOf(event, { id: machine }))).toEqual([200, undefined]);
    await untilIdle(first.db);
    expect(first.sync.revocations.isRevoked(machine)).toBe(false);
  }
  expect(await read()).toMatchObject({ result: { data: { subject: machine, roles: ['admin'] } } });
});

test('every replica refuses within a second, even without a notification', async () => {
  const second = await startAnother();
  const user = await logto.newUser();
  const visits = await Promise.all([first, second].map((server) => visitorOf(server, user)));
  const visitAll = () => Promise.all(visits.map((visit) => visit()));
  expect(await visitAll()).toEqual(['ok', 'ok']);
  await untilIdle(first.db);
  for (let round = 0; round < 6; round++) {
    const isSuspended = round % 2 === 0;
    await terminateBus(first.databaseUrl);
    const status = isSuspended ? 'suspended' : 'active';
    // The table is authoritative, so a manual change takes effect too.
    if (round >= 4)
      await first.db.execute(sql`update directory_users set status = ${status} where id = ${user}`);
    else await first.sync.revocations.record(user, status);
    await sleep(1_000);
    const expected = isSuspended ? 'SUBJECT_REVOKED' : 'ok';
    expect(await visitAll()).toEqual([expected, expected]);
  }
});

test("a first call is refused by a record that is not in this replica's list yet", async () => {
  const users = Array.from({ length: 10 }, (_, index) => `unlisted${index}`);
  const visits = new Map<string, () => Promise<string>>();
  for (const user of users) visits.set(user, await visitorOf(first, user));
  const answers: unknown[] = [];
  for (const user of users) {
    await terminateBus(first.databaseUrl);
    await first.db.execute(sql`insert into directory_users (id, status) values (${user}, 'gone')`);
    answers.push(await visits.get(user)?.());
  }
  expect(answers).toEqual(users.map(() => 'SUBJECT_REVOKED'));
});

test('a replica with outdated revocations answers 503 instead of admitting', async () => {
  const proxy = await startFaultProxy(first.databaseUrl);
  const cut = await startAnother({
    databaseUrl: proxy.through(first.databaseUrl),
    deadlines: { database: 2_000 },
  });
  const user = await logto.newUser();
  const visit = await visitorOf(cut, user);
  await waitFor(async () => expect(await visit()).toBe('ok'));
  await proxy.set('hanging');
  await sleep(1_100);
  expect(await visit()).toBe('AUTHENTICATION_UNAVAILABLE');
  await proxy.set('refused');
  expect(await visit()).toBe('AUTHENTICATION_UNAVAILABLE');
  await proxy.set('none');
  await waitFor(async () => expect(await visit()).toBe('ok'));
  await stop(cut);
});

test('a user demoted while no server was running has their new roles at the first call', async () => {
  const organization = await logto.newOrganization('Acme');
  const user = await logto.newUser();
  await logto.hookTo(first.url);
  await logto.join(organization, user, 'admin');
  await (await first.asNewcomer(user, organization)).session.me.query();
  await logto.emulator.settled();
  await untilIdle(first.db);
  const { roles } = await (await first.asNewcomer(user, organization)).session.me.query();
  expect(roles).toContain('admin');
  await stop(first);
  await logto.manage('DELETE', `/organizations/${organization}/users/${user}/roles/admin`);
  const next = await startAnother();
  const client = await next.asNewcomer(user, organization);
  await client.session.me.query();
  await waitFor(async () => expect((await client.session.me.query()).roles).not.toContain('admin'));
});

test('after a gap old records are not trusted while Logto is unavailable, but newer tokens are', async () => {
  const user = await logto.newUser();
  expect(await (await visitorOf(first, user))()).toBe('ok');
  await stop(first);
  // Logto must fail before the new replica starts, because it then reads all users.
  logto.emulator.addFault({ path: '/api/*', status: 503 });
  const next = await startAnother();
  const visit = await visitorOf(next, user);
  expect(await visit()).toBe('DIRECTORY_UNAVAILABLE');
  const later = Math.floor(Date.now() / 1000) + 60;
  const token = await next.issuer.sign({ sub: user, iat: later, exp: later + 600 });
  const response = await fetch(`${next.url}/api/trpc/session.me`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(200);
});

test('a replica that joins listening replicas does not confirm users again', async () => {
  const user = await logto.newUser();
  expect(await (await visitorOf(first, user))()).toBe('ok');
  const second = await startAnother();
  logto.emulator.addFault({ path: '/api/*', status: 503 });
  expect(await (await visitorOf(second, user))()).toBe('ok');
});

test('a user admitted before a gap is confirmed again at the next call, whether or not a run follows', async () => {
  const proxy = await startFaultProxy(first.databaseUrl);
  const cut = await startAnother({ databaseUrl: proxy.through(first.databaseUrl), sweepMinutes: 0 });
  await stop(first);
  const user = await logto.newUser();
  const visit = await visitorOf(cut, user);
  expect(await visit()).toBe('ok');
  await untilIdle(cut.db);
  await suspend(user);
  await proxy.set('refused');
  const lost = eventOf('User.SuspensionStatus.Updated', { id: user, isSuspended: true });
  expect(await deliver(cut.url, lost)).toMatchObject([503, 'DATABASE_UNAVAILABLE']);
  await proxy.set('none');
  await waitFor(async () => expect(await visit()).toBe('SUBJECT_REVOKED'));
  await stop(cut);
});

test('a delivery that could not be stored is a gap: its user is confirmed at the next call, and a run catches up', async () => {
  const proxy = await startFaultProxy(first.databaseUrl);
  const cut = await startAnother({ databaseUrl: proxy.through(first.databaseUrl), sweepMinutes: 60 });
  await stop(first);
  await logto.hookTo(cut.url);
  const user = await logto.newUser();
  await logto.emulator.settled();
  const visit = await visitorOf(cut, user);
  expect(await visit()).toBe('ok');
  await untilIdle(cut.db);
  await proxy.set('refused');
  await suspend(user);
  await logto.emulator.settled();
  await proxy.set('none');
  await waitFor(async () => expect(await visit()).toBe('SUBJECT_REVOKED'));
  await waitFor(async () => {
    const [run] = await cut.sync.control.runs.list(1);
    expect(run).toMatchObject({ reason: 'sweep', status: 'done', report: { recovered: 1 } });
  });
  await stop(cut);
});
