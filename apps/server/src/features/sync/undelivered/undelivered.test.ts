import { createLogtoManagement } from '@latchkey/directory-sync';
import { eq, sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { createMetrics } from '../../../platform/metrics/prometheus.ts';
import { deliver, sign } from '../../../testing/deliver.ts';
import { refusal } from '../../../testing/call-procedure.ts';
import { startTestLogto } from '../../../testing/test-logto.ts';
import { startTestServer } from '../../../testing/test-server.ts';
import { waitFor } from '../../../testing/wait-for.ts';
import { syncState } from '../tables.ts';

const logged: string[] = [];
const logto = await startTestLogto({}, { refusePrivateWebhooks: true });
const management = createLogtoManagement(logto.management);
const server = await startTestServer({
  logto: logto.management,
  checkSeconds: { deliveries: 1 },
  metrics: createMetrics(),
  onLog: (line) => logged.push(line),
});
await logto.hookTo(server.url);
const id = await logto.newUser();
await server.directory.provisionUser({ key: id }, { role: 'admin', tenant: 'default' });
const operator = await server.asNewcomer(id);
// Simulates a server that has been running for an hour, because failures from before its start are ignored.
await server.db.execute(sql`update directory_revision set gap_ended_at = now() - interval '1 hour'`);

const undelivered = async () => (await operator.sync.status.query()).undelivered;
const warnings = async (): Promise<unknown> => {
  const response = await fetch(`${server.url}/readyz`);
  expect(response.status).toBe(200);
  return Object(await response.json()).warnings;
};
const metric = async (): Promise<string | undefined> =>
  (await server.scrape()).split('\n').find((line) => line.startsWith('latchkey_undelivered_events '));
const suspend = (id: string) => logto.manage('PATCH', `/users/${id}/is-suspended`, { isSuspended: true });
const minute = 60_000;
const body = (id: string): string =>
  JSON.stringify({ event: 'User.Created', createdAt: new Date().toISOString(), data: { id } });
/** Delivers an event, which resets the state that the previous test left. */
beforeEach(async () => {
  logto.emulator.setClock(0);
  logto.emulator.clearFaults();
  await deliver(server.url, body(await logto.newUser()));
  await waitFor(async () => {
    if ((await undelivered()) !== null) throw new Error('Still failing.');
  });
});

/** Makes failures count immediately: the last arrival was an hour ago, and Logto's clock is behind. */
async function failLongAgo(): Promise<void> {
  await server.db.execute(sql`update webhook_deliveries set received_at = received_at - interval '1 hour'`);
  logto.emulator.setClock(-minute / 4);
}
async function visitorOf(id: string): Promise<() => Promise<unknown>> {
  const client = await server.asNewcomer(id);
  await client.session.me.query();
  return () => refusal(client.session.me.query());
}
const revoked = { status: 401, code: 'SUBJECT_REVOKED' };

test('events that Logto does not send to a private address are read from its log, and the status, readiness and metrics report it', async () => {
  const [ann, bob] = [await logto.newUser(), await logto.newUser()];
  const visits = [await visitorOf(ann), await visitorOf(bob)];
  expect(await metric()).toBe('latchkey_undelivered_events 0');
  expect(await warnings()).toBeUndefined();
  await failLongAgo();
  await suspend(ann);
  await logto.manage('DELETE', `/users/${bob}`);
  for (const visit of visits) await waitFor(async () => expect(await visit()).toMatchObject(revoked));
  await waitFor(async () =>
    expect(await undelivered()).toEqual({
      count: 2,
      since: expect.any(String),
      lastAt: expect.any(String),
      status: null,
      address: `${server.url}/api/webhooks/logto`,
      cause: 'private-address',
    }),
  );
  expect(await warnings()).toEqual({ deliveries: 'failing' });
  await waitFor(async () => expect(await metric()).toBe('latchkey_undelivered_events 2'));
  const lines = logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'Logto cannot deliver');
  expect(lines).toMatchObject([{ level: expect.any(Number), cause: 'private-address', status: null }]);

  await deliver(server.url, body(ann));
  await waitFor(async () => expect(await undelivered()).toBeNull());
  expect(await warnings()).toBeUndefined();
});

test('while Logto cannot deliver, finds a suspension and a deletion that no log has, and their end', async () => {
  const users = [await logto.newUser(), await logto.newUser()] as const;
  const [visitSuspended, visitDeleted] = [await visitorOf(users[0]), await visitorOf(users[1])];
  await failLongAgo();
  await logto.newUser();
  await waitFor(async () => expect(await undelivered()).not.toBeNull());
  logto.emulator.addWebhookFault({ kind: 'drop' });
  await suspend(users[0]);
  await logto.manage('DELETE', `/users/${users[1]}`);
  await waitFor(async () => expect(await visitSuspended()).toMatchObject(revoked));
  await waitFor(async () => expect(await visitDeleted()).toMatchObject(revoked));
  await logto.manage('PATCH', `/users/${users[0]}/is-suspended`, { isSuspended: false });
  const again = await server.asNewcomer(users[0]);
  await waitFor(() => again.session.me.query());
});

test('a failed event that `webhook listen` delivers does not count as undelivered', async () => {
  const id = await logto.newUser();
  await logto.emulator.settled();
  const logs = [];
  const now = Date.now();
  for await (const page of management.hookLogs('hook', { from: now - minute, to: now + minute }))
    logs.push(...page);
  const failed = logs.find(({ payload }) => JSON.stringify(payload.hookRequest?.body).includes(id));
  // Sends the event like `latchkey webhook listen`.
  const sent = JSON.stringify(failed?.payload.hookRequest?.body);
  expect(await deliver(server.url, sent, sign(sent))).toEqual([200, undefined]);
  // Waits until the check has read that part of the log.
  await waitFor(async () => {
    const [row] = await server.db.select().from(syncState).where(eq(syncState.name, 'log-read-at'));
    expect(Number(row?.value)).toBeGreaterThan((failed?.createdAt ?? Infinity) + 10_000);
  });
  expect(await undelivered()).toBeNull();
});

test('while the log is unavailable nothing else fails, and the known state remains', async () => {
  await failLongAgo();
  await logto.newUser();
  await waitFor(async () => expect(await undelivered()).not.toBeNull());
  const known = await undelivered();
  logto.emulator.addFault({ method: 'GET', path: '/api/hooks', status: 500 });
  const before = logged.length;
  await waitFor(() => expect(logged.slice(before).join('')).toContain('a check of Logto failed'));
  expect(await undelivered()).toEqual(known);
  expect(await warnings()).toEqual({ deliveries: 'failing' });
});
