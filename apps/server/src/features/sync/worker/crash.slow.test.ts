import { setTimeout as sleep } from 'node:timers/promises';
import { createLogtoInvitations } from '@latchkey/directory-sync';
import { applyPolicy } from '@latchkey/permissions/policy';
import { start as startPermit } from '@latchkey/permit-emulator';
import { policy } from '@latchkey/policy';
import { startServerProcess, type ServerProcess } from '@latchkey/server-process';
import { Client } from 'pg';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { deliver } from '../../../testing/deliver.ts';
import { startFaultProxy } from '../../../testing/fault-proxy.ts';
import { emptyDatabase } from '../../../testing/fresh-database.ts';
import { permitSdk } from '../../../testing/permit-sdk.ts';
import { startTestLogto } from '../../../testing/test-logto.ts';
import { signingKey } from '../../../testing/test-server.ts';
import { openSyncQueues } from './sync-queues.ts';
import { waitFor } from '../../../testing/wait-for.ts';

// Each test starts several server processes.
vi.setConfig({ testTimeout: 600_000 });

const apiResource = 'https://api.latchkey.example';

let environment: Record<string, string>;
const [logto, permit] = await Promise.all([
  startTestLogto({ resources: [{ name: 'API', indicator: apiResource }] }),
  startPermit({ port: 0, pdpPort: 0, opaPort: 'off' }),
]);
await applyPolicy(policy, { apiUrl: permit.url, apiKey: permit.keys.environment });
const acme = await logto.newOrganization('Acme');
const { appId } = logto.management;
await logto.manage('POST', `/organizations/${acme}/applications`, { applicationIds: [appId] });
await permitSdk(permit).api.tenants.create({ key: acme, name: 'Acme' });
await permitSdk(permit).api.users.create({
  key: appId,
  role_assignments: ['default', acme].map((tenant) => ({ role: 'admin', tenant })),
});
// The tests send the deliveries themselves; a run would recover those that Logto could not make.
await logto.loseDeliveries();
afterAll(() => permit.close());
beforeEach(async () => {
  environment = {
    DATABASE_URL: await emptyDatabase(),
    LOGTO_ENDPOINT: logto.management.endpoint,
    LOGTO_APP_ID: 'spa',
    LOGTO_API_RESOURCE: apiResource,
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

/** Sends a delivery. Returns whether it was acknowledged: if so, Logto does not send it again. */
const send = (url: string, event: object): Promise<boolean> =>
  deliver(url, JSON.stringify({ createdAt: new Date().toISOString(), ...event })).then(
    ([status]) => status === 200,
    () => false,
  );
const sendCreated = (url: string, id: string): Promise<boolean> =>
  send(url, { event: 'User.Created', data: { id, isSuspended: false } });

const newUsers = (count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, () => logto.newUser()));

/** Waits until each user is in Permit with exactly the default role. */
async function provisioned(ids: readonly string[]): Promise<void> {
  const sdk = permitSdk(permit);
  await waitFor(async () => {
    const users = await Promise.all(ids.map((id) => sdk.api.users.get(id)));
    for (const { roles } of users) expect(roles).toEqual([{ role: 'viewer', tenant: 'default' }]);
  }, 500);
}

test('a server killed repeatedly under load loses no acknowledged delivery', async () => {
  const ids = await newUsers(120);
  const acknowledged: string[] = [];
  let server: ServerProcess = await startServerProcess(environment);
  for (let life = 0; life < 3; life++) {
    const batch = ids.slice(life * 40, life * 40 + 40);
    const { url } = server;
    const results = Promise.all(batch.map(async (id) => ((await sendCreated(url, id)) ? [id] : [])));
    await sleep([5, 40, 120][life]);
    await server.kill();
    acknowledged.push(...(await results).flat());
    server = await startServerProcess(environment);
  }
  const last = await newUsers(1);
  expect(await sendCreated(server.url, last[0] ?? '')).toBe(true);
  await provisioned([...acknowledged, ...last]);
  expect(await server.stop()).toBe(0);
});

test('three servers on one database share the work, and two take over from one that is killed', async () => {
  const servers = await Promise.all([1, 2, 3].map(() => startServerProcess(environment)));
  const ids = await newUsers(150);
  const results = Promise.all(
    ids.map(async (id, index) => ((await sendCreated(servers[index % 3]?.url ?? '', id)) ? [id] : [])),
  );
  await sleep(60);
  await servers[1]?.kill();
  const acknowledged = (await results).flat();
  expect(acknowledged).not.toEqual([]);
  await provisioned(acknowledged);
  expect(await Promise.all([servers[0]?.stop(), servers[2]?.stop()])).toEqual([0, 0]);
});

/** Returns a token for the console's API, by default for `default`. The operator is sync's own application. */
async function operatorToken(organization?: string): Promise<string> {
  const { appId, appSecret, endpoint } = logto.management;
  const response = await fetch(`${endpoint}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${appId}:${appSecret}`)}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource: apiResource,
      ...(organization === undefined ? {} : { organization_id: organization }),
    }),
  });
  return z.object({ access_token: z.string() }).parse(await response.json()).access_token;
}

/** Resolves to the result of a mutation; `undefined` if the server is killed meanwhile. */
async function mutate(url: string, token: string, [path, input]: readonly [string, object]) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const call = fetch(`${url}/api/trpc/${path}`, { method: 'POST', headers, body: JSON.stringify(input) });
  const answer: unknown = await call.then((response) => response.json()).catch(() => undefined);
  return z.object({ result: z.object({ data: z.unknown() }) }).safeParse(answer).data?.result.data;
}

/** Has the server admit the operator, before a vendor becomes slow. */
const admit = (url: string, token: string) =>
  fetch(`${url}/api/trpc/session.me`, { headers: { authorization: `Bearer ${token}` } });

test('a bulk change and invitations of a killed server are in the audit log with their outcomes, and completed by repeating them on another one', async () => {
  const sdk = permitSdk(permit);
  const subjects = Array.from({ length: 12 }, (_, index) => `bulk-${index}`);
  for (const key of subjects)
    await sdk.api.users.create({ key, role_assignments: [{ role: 'viewer', tenant: 'default' }] });
  const changed = async () => {
    const assigned = await sdk.api.roleAssignments.list({ role: 'admin', perPage: 100 });
    return assigned.flatMap(({ user }) => (user.startsWith('bulk-') ? [user] : []));
  };
  const emails = subjects.map((name) => `${name}@example.test`);
  const invited = () => createLogtoInvitations(logto.management).list(acme);
  // Roles of administrators are changed one after the other, all others with one call.
  const bulk = ['members.bulkChange', { subjects, role: 'admin', change: 'assign' }] as const;
  const invite = ['invitations.create', { emails }] as const;
  const [token, ofAcme] = await Promise.all([operatorToken(), operatorToken(acme)]);
  const proxy = await startFaultProxy(permit.url);
  const killed = await startServerProcess({ ...environment, PERMIT_API_URL: proxy.through(permit.url) });
  await Promise.all([admit(killed.url, token), admit(killed.url, ofAcme)]);

  // Logto answers the first batch of invitations.
  const creating = { method: 'POST', path: '/api/organization-invitations' };
  logto.emulator.addFault({ ...creating, delay: 1, count: 4 });
  logto.emulator.addFault({ ...creating, delay: 600_000 });
  await proxy.set('slow', { lateBy: 1_000 });
  const answers = Promise.all([mutate(killed.url, token, bulk), mutate(killed.url, ofAcme, invite)]);
  await waitFor(async () => expect(await changed()).not.toEqual([]));
  await waitFor(async () => expect(await invited()).toHaveLength(4));
  await killed.kill();
  expect(await answers).toEqual([undefined, undefined]);
  expect((await changed()).length).toBeLessThan(subjects.length);
  logto.emulator.clearFaults();
  await proxy.close();
  // Simulates that minutes have passed.
  await query(`update audit_begun set begun_at = begun_at - interval '10 minutes'`);

  const next = await startServerProcess(environment);
  const done = subjects.map(() => expect.objectContaining({ code: null }));
  await waitFor(async () => expect(await mutate(next.url, token, bulk)).toEqual(done));
  expect((await changed()).toSorted()).toEqual(subjects.toSorted());
  await mutate(next.url, ofAcme, invite);
  expect((await invited()).map(({ invitee }) => invitee).toSorted()).toEqual(emails.toSorted());
  await eventually(
    `select action, count(distinct subject)::int as subjects from audit_events
     where action = 'role.assign' and channel = 'console' group by action`,
    [{ action: 'role.assign', subjects: subjects.length }],
  );
  // Nothing shows whether Logto has created an invitation.
  await eventually(`select distinct action from audit_events where outcome = 'unknown'`, [
    { action: 'invitation.create' },
  ]);
  expect(await next.stop()).toBe(0);
});

test('an export of a killed server fails at its receiver, and is in the audit log', async () => {
  const token = await operatorToken();
  const killed = await startServerProcess(environment);
  const start = (url: string) =>
    fetch(`${url}/api/audit/export?format=jsonl`, { headers: { authorization: `Bearer ${token}` } });
  const recorded = `select outcome from audit_events where action = 'audit.export' order by at limit 1`;
  await (await start(killed.url)).text();
  await eventually(recorded, [{ outcome: 'done' }]);
  // More than the buffers between the server and a receiver that does not read.
  await query(`insert into audit_events
    select (jsonb_populate_record(null::audit_events, to_jsonb(one)
      || jsonb_build_object('id', new, 'at', uuid_extract_timestamp(new), 'action', 'audit.view'))).*
    from (select * from audit_events limit 1) as one, (select uuidv7() as new from generate_series(1, 40000))`);
  await query(`delete from audit_events where action = 'audit.export'`);
  const { body } = await start(killed.url);
  const reader = body?.getReader();
  expect(await reader?.read()).toMatchObject({ done: false });
  await eventually(recorded, [{ outcome: 'done' }]);
  await killed.kill();
  const rest = async () => {
    while ((await reader?.read())?.done === false);
  };
  await expect(rest()).rejects.toThrow('terminated');
});

test('a server started before PostgreSQL is available waits for it; one that PostgreSQL refuses exits immediately', async () => {
  const url = environment['DATABASE_URL'] ?? '';
  const proxy = await startFaultProxy(url);
  await proxy.set('reset');
  const starting = startServerProcess({ ...environment, DATABASE_URL: proxy.through(url) });
  await waitFor(() => expect(proxy.accepted()).toBeGreaterThanOrEqual(2));
  await proxy.set('none');
  const server = await starting;
  const ids = await newUsers(1);
  expect(await sendCreated(server.url, ids[0] ?? '')).toBe(true);
  await provisioned(ids);
  expect(await server.stop()).toBe(0);
  await proxy.close();

  const unknown = { ...environment, DATABASE_URL: `${url}_unknown` };
  await expect(startServerProcess(unknown)).rejects.toThrow(
    'The server ended with 1: The server cannot start',
  );
});

async function query(statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: environment['DATABASE_URL'] });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
const eventually = (statement: string, rows: readonly object[]): Promise<void> =>
  waitFor(async () => expect(await query(statement)).toMatchObject(rows));

/** Makes the jobs of a killed server be reassigned now, instead of after 10 s. `isLast`: no other attempt follows. */
const expireLeases = (isLast: boolean): Promise<unknown> =>
  query(`update pgboss.job set heartbeat_on = now() - interval '1 minute'
    ${isLast ? ', retry_limit = retry_count' : ''} where state = 'active'`);

const activeJobs = `select name from pgboss.job where state = 'active' order by name`;
const runs = 'select reason, status, problem from sync_runs';

test('a last attempt ended by a crash becomes a dead letter and a failed run', async () => {
  const [user = ''] = await newUsers(1);
  const first = await startServerProcess(environment);
  logto.emulator.addFault({ path: '/api/*', delay: 600_000 });
  expect(await send(first.url, { event: 'Role.Deleted', data: { id: 'staff' } })).toBe(true);
  await eventually(activeJobs, [{ name: 'directory-runs' }]);
  expect(await sendCreated(first.url, user)).toBe(true);
  await eventually(activeJobs, [{ name: 'directory-runs' }, { name: 'directory-subjects' }]);
  await first.kill();
  await expireLeases(true);
  const second = await startServerProcess(environment);
  await eventually(`select status, attempts, outcome from webhook_deliveries where event = 'User.Created'`, [
    { status: 'failed', attempts: 1, outcome: { kind: 'error', code: 'ABANDONED' } },
  ]);
  await eventually(`select subject, code from delivery_attempts`, [
    { subject: `user:${user}`, code: 'ABANDONED' },
  ]);
  await eventually(runs, [{ reason: 'roles', status: 'failed', problem: { code: 'ABANDONED' } }]);
  logto.emulator.clearFaults();
  expect(await second.stop()).toBe(0);
});

test('a sweep whose server was killed is completed by another server, as the same run', async () => {
  const first = await startServerProcess(environment);
  logto.emulator.addFault({ path: '/api/*', delay: 600_000 });
  const queues = await openSyncQueues(environment['DATABASE_URL'] ?? '', () => {});
  await queues.enqueueSweep(60);
  await queues.close();
  await eventually(runs, [{ status: 'running' }]);
  await first.kill();
  await expireLeases(false);
  logto.emulator.clearFaults();
  const second = await startServerProcess(environment);
  await eventually(runs, [{ reason: 'sweep', status: 'done', problem: null }]);
  expect(await second.stop()).toBe(0);
});
