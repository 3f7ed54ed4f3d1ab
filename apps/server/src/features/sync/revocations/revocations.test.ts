import { setTimeout as sleep } from 'node:timers/promises';
import { noLimits } from '@latchkey/directory-sync';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { deliver } from '../../../testing/deliver.ts';
import { startFaultProxy } from '../../../testing/fault-proxy.ts';
import { startTestLogto, type TestLogto } from '../../../testing/test-logto.ts';
import {
  startNeighbours,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from '../../../testing/test-server.ts';
import { untilIdle } from '../../../testing/until-idle.ts';

let logto: TestLogto;
let neighbours: Awaited<ReturnType<typeof startNeighbours>>;
let first: TestServer;
let servers: TestServer[];
beforeEach(async () => {
  logto = await startTestLogto();
  neighbours = await startNeighbours();
  first = await startTestServer({ logto: logto.management, neighbours });
  servers = [first];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await logto.close();
  await neighbours[Symbol.asyncDispose]();
}, 30_000);

/** Another server on the same database, with the same Permit and the same issuer. */
async function startAnother(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startTestServer({
    logto: logto.management,
    databaseUrl: first.databaseUrl,
    neighbours,
    ...options,
  });
  servers.push(server);
  return server;
}

async function stop(server: TestServer): Promise<void> {
  servers = servers.filter((one) => one !== server);
  await server.close();
}

const Refusal = z.object({ data: z.object({ latchkey: z.object({ code: z.string() }) }) });

/** `admitted`, or the code of the refusal. A token is as old as it is: signed when this is called. */
async function visitorOf(server: TestServer, user: string): Promise<() => Promise<string>> {
  const client = await server.asNewcomer(user);
  return () =>
    client.session.me.query().then(
      () => 'admitted',
      (error: unknown) => Refusal.parse(error).data.latchkey.code,
    );
}

const suspend = (user: string, isSuspended = true): Promise<unknown> =>
  logto.manage('PATCH', `/users/${user}/is-suspended`, { isSuspended });

const eventOf = (event: string, data: object): string =>
  JSON.stringify({ event, createdAt: new Date().toISOString(), nonce: Math.random(), data });

test('a denial needs no queue: with deletions waiting for hours, each user is refused when the delivery is answered', async () => {
  const slow = await startAnother({ limits: { ...noLimits, delete: 1, bulk: 1 } });
  await stop(first);
  await logto.hookTo(slow.url);
  const users = await Promise.all(Array.from({ length: 60 }, () => logto.newUser()));
  await logto.emulator.settled();
  await untilIdle(slow.db);
  await logto.hookTo('http://127.0.0.1:9');
  const visit = await visitorOf(slow, users[0] ?? '');
  expect(await visit()).toBe('admitted');
  for (const id of users) {
    await logto.manage('DELETE', `/users/${id}`); // oxlint-disable-line no-await-in-loop -- as they come
    const body = eventOf('User.Deleted', { id });
    expect(await deliver(slow.url, body)).toEqual([200, undefined]); // oxlint-disable-line no-await-in-loop
    expect(slow.sync.revocations.isRevoked(id)).toBe(true);
  }
  expect(await visit()).toBe('SUBJECT_REVOKED');
  const late = await logto.newUser();
  await suspend(late);
  await deliver(slow.url, eventOf('User.SuspensionStatus.Updated', { id: late, isSuspended: true }));
  expect(slow.sync.revocations.isRevoked(late)).toBe(true);
  // The correction does not wait for Permit's limits either.
  await suspend(late, false);
  await deliver(slow.url, eventOf('User.SuspensionStatus.Updated', { id: late, isSuspended: false }));
  await vi.waitFor(() => expect(slow.sync.revocations.isRevoked(late)).toBe(false), 10_000);
  expect((await slow.sync.control.deliveries.counts()).pending).toBeGreaterThan(10);
}, 60_000);

test('a stale suspension that arrives after the reactivation is corrected by Logto', async () => {
  const user = await logto.newUser();
  const visit = await visitorOf(first, user);
  expect(await visit()).toBe('admitted');
  await deliver(first.url, eventOf('User.SuspensionStatus.Updated', { id: user, isSuspended: true }));
  await vi.waitFor(async () => expect(await visit()).toBe('admitted'), 10_000);
});

test('a machine that a delivery names as a user is judged as a machine: nothing is recorded against it', async () => {
  const machine = logto.management.appId;
  const grant = { role: 'admin', tenant: 'default' };
  await first.directory.provisionUser({ key: machine }, grant);
  const token = await first.issuer.sign({ sub: machine, client_id: machine });
  const read = async (): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${first.url}/api/trpc/session.me`, { headers })).json();
  };
  for (const event of ['User.Data.Updated', 'User.Deleted']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await deliver(first.url, eventOf(event, { id: machine }))).toEqual([200, undefined]);
    await untilIdle(first.db); // oxlint-disable-line no-await-in-loop
    expect(first.sync.revocations.isRevoked(machine)).toBe(false);
  }
  expect(await read()).toMatchObject({ result: { data: { subject: machine, roles: ['admin'] } } });
});

test('every replica refuses within a second, also when no notification reaches it', async () => {
  const second = await startAnother();
  const user = await logto.newUser();
  const visits = await Promise.all([first, second].map((server) => visitorOf(server, user)));
  const visitAll = () => Promise.all(visits.map((visit) => visit()));
  expect(await visitAll()).toEqual(['admitted', 'admitted']);
  await untilIdle(first.db);
  /* oxlint-disable no-await-in-loop -- one after the other */
  for (let round = 0; round < 6; round++) {
    const isSuspended = round % 2 === 0;
    await terminateBus(first.databaseUrl);
    await first.sync.revocations.record(user, isSuspended ? 'suspended' : 'active');
    await sleep(1_000);
    const expected = isSuspended ? 'SUBJECT_REVOKED' : 'admitted';
    expect(await visitAll()).toEqual([expected, expected]);
  }
  /* oxlint-enable no-await-in-loop */
}, 30_000);

test('a change of the table by hand counts as well: the table is the truth', async () => {
  const second = await startAnother();
  const user = await logto.newUser();
  const visit = await visitorOf(second, user);
  expect(await visit()).toBe('admitted');
  await untilIdle(first.db);
  await first.db.execute(sql`update directory_users set status = 'suspended' where id = ${user}`);
  await sleep(1_000);
  expect(await visit()).toBe('SUBJECT_REVOKED');
});

test('a replica that cannot know who is revoked says 503, not yes', async () => {
  const proxy = await startFaultProxy(first.databaseUrl);
  const cut = await startAnother({ databaseUrl: proxy.through(first.databaseUrl) });
  const user = await logto.newUser();
  const visit = await visitorOf(cut, user);
  expect(await visit()).toBe('admitted');
  await proxy.set('hanging');
  await sleep(1_100);
  expect(await visit()).toBe('AUTHENTICATION_UNAVAILABLE');
  await proxy.set('refused');
  expect(await visit()).toBe('AUTHENTICATION_UNAVAILABLE');
  await proxy.set('none');
  await vi.waitFor(async () => expect(await visit()).toBe('admitted'), 5_000);
  await stop(cut);
  await proxy.close();
}, 30_000);

test('suspended or deleted while no server was running: refused from the first call, with a token from before', async () => {
  const users = await Promise.all(['suspended', 'deleted', 'unchanged'].map(() => logto.newUser()));
  const [suspended = '', deleted = '', unchanged = ''] = users;
  for (const user of users) expect(await (await visitorOf(first, user))()).toBe('admitted'); // oxlint-disable-line no-await-in-loop
  await untilIdle(first.db);
  await stop(first);
  await suspend(suspended);
  await logto.manage('DELETE', `/users/${deleted}`);
  const next = await startAnother();
  const visits = await Promise.all(users.map((user) => visitorOf(next, user)));
  const answers = await Promise.all(visits.map((visit) => visit()));
  expect(answers).toEqual(['SUBJECT_REVOKED', 'SUBJECT_REVOKED', 'admitted']);
  expect(next.sync.revocations.isRevoked(unchanged)).toBe(false);
});

test('demoted while no server was running: the first call has the roles that Logto gives now', async () => {
  const organization = await logto.newOrganization('Acme');
  const user = await logto.newUser();
  await logto.hookTo(first.url);
  await logto.manage('POST', `/organizations/${organization}/users`, { userIds: [user] });
  await logto.manage('POST', `/organizations/${organization}/users/${user}/roles`, {
    organizationRoleIds: ['admin'],
  });
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
  await vi.waitFor(async () => expect((await client.session.me.query()).roles).not.toContain('admin'), 5_000);
});

test('after a gap nobody is trusted on old knowledge while Logto does not answer; a younger token needs nobody', async () => {
  const user = await logto.newUser();
  expect(await (await visitorOf(first, user))()).toBe('admitted');
  await stop(first);
  const next = await startAnother();
  logto.emulator.addFault({ path: '/api/*', status: 503 });
  const visit = await visitorOf(next, user);
  expect(await visit()).toBe('DIRECTORY_UNAVAILABLE');
  const later = Math.floor(Date.now() / 1000) + 60;
  const token = await next.issuer.sign({ sub: user, iat: later, exp: later + 600 });
  const response = await fetch(`${next.url}/api/trpc/session.me`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(200);
  logto.emulator.clearFaults();
});

test('a replica that joins others that were listening asks nobody again', async () => {
  const user = await logto.newUser();
  expect(await (await visitorOf(first, user))()).toBe('admitted');
  const second = await startAnother();
  logto.emulator.addFault({ path: '/api/*', status: 503 });
  expect(await (await visitorOf(second, user))()).toBe('admitted');
  logto.emulator.clearFaults();
});

test('a delivery that could not be stored is a gap: its user is asked about on the next call, and a run catches up', async () => {
  const proxy = await startFaultProxy(first.databaseUrl);
  const cut = await startAnother({ databaseUrl: proxy.through(first.databaseUrl), sweepMinutes: 60 });
  await stop(first);
  await logto.hookTo(cut.url);
  const user = await logto.newUser();
  await logto.emulator.settled();
  const visit = await visitorOf(cut, user);
  expect(await visit()).toBe('admitted');
  await untilIdle(cut.db);
  await proxy.set('refused');
  await suspend(user);
  await logto.emulator.settled();
  await proxy.set('none');
  await vi.waitFor(async () => expect(await visit()).toBe('SUBJECT_REVOKED'), {
    timeout: 5_000,
    interval: 50,
  });
  await vi.waitFor(
    async () => {
      const [run] = await cut.sync.control.runs.list(1);
      expect(run).toMatchObject({ reason: 'sweep', status: 'done', report: { recovered: 1 } });
    },
    { timeout: 15_000, interval: 200 },
  );
  await stop(cut);
  await proxy.close();
}, 40_000);

async function terminateBus(url: string): Promise<void> {
  const admin = new Client({ connectionString: inject('postgresUrl') });
  await admin.connect();
  await admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'latchkey-bus' and datname = $1",
    [new URL(url).pathname.slice(1)],
  );
  await admin.end();
}
