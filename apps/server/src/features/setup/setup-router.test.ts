import { applyPolicy } from '@latchkey/permissions/policy';
import { policy } from '@latchkey/policy';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { codeOf } from '../../testing/call-procedure.ts';
import { startTestLogto, type TestLogto } from '../../testing/test-logto.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import type { SetupCheckState } from './setup-router.ts';
import { waitFor } from '../../testing/wait-for.ts';

const links = { logto: 'https://logto.example/console', permit: 'https://permit.example' };

let logto: TestLogto;
let server: TestServer;
let admin: string;
beforeEach(async () => {
  logto = await startTestLogto();
  server = await startTestServer({ logto: logto.management, vendorConsoles: links });
  admin = await logto.newUser({ name: 'Ada', primaryEmail: 'ada@example.test' });
});
afterEach(async () => {
  await server.close();
  await logto.close();
});

const permit = () => permitSdk(server.permit);

async function becomeAdministrator() {
  const client = await server.asNewcomer(admin);
  await client.session.me.query();
  await server.directory.assignRole({ user: admin, role: 'admin', tenant: 'default' });
  await waitFor(async () => expect((await client.session.me.query()).roles).toContain('admin'));
  return client;
}

/** Reads the states of the checks, by name. */
async function statesOf(client: Awaited<ReturnType<TestServer['as']>>): Promise<object> {
  const status = await client.setup.status.query();
  if (!('checks' in status)) throw new TypeError(`The checklist is ${status.state}.`);
  return Object.fromEntries(status.checks.map(({ name, state }): [string, SetupCheckState] => [name, state]));
}

test('without an administrator every user sees that; an administrator sees the remaining steps until all are done', async () => {
  const newcomer = await server.asNewcomer(admin);
  expect(await newcomer.setup.status.query()).toEqual({ state: 'no-administrator' });

  await permit().api.roles.delete('editor');
  const client = await becomeAdministrator();
  expect(await client.setup.status.query()).toMatchObject({ state: 'open', links });
  expect(await statesOf(client)).toEqual({
    logto: 'done',
    pdp: 'done',
    policy: 'todo',
    administrator: 'done',
    'management-api': 'done',
    webhook: 'todo',
  });
  const other = await server.asNewcomer(await logto.newUser());
  expect(await other.setup.status.query()).toEqual({ state: 'not-yours' });

  await applyPolicy(policy, { apiUrl: server.permit.url, apiKey: server.permit.keys.environment });
  await logto.hookTo(server.url);
  await logto.newUser();
  await logto.emulator.settled();
  await waitFor(async () => expect((await client.setup.status.query()).state).toBe('done'), 500);
  expect(await client.setup.status.query()).toEqual({ state: 'hidden' });
});

test('a check that fails is unknown, not done', async () => {
  const client = await becomeAdministrator();
  logto.emulator.addFault({ path: '/api/hooks', status: 503 });
  server.permit.faults.add({ method: 'GET', path: '/v2/schema/*', status: 500 });
  expect(await statesOf(client)).toMatchObject({ policy: 'unknown', 'management-api': 'unknown' });
});

test('dismissing applies to all users, on every replica, also after a restart', async () => {
  const client = await becomeAdministrator();
  await using replica = await startTestServer({
    databaseUrl: server.databaseUrl,
    upstreams: server,
    logto: logto.management,
  });
  const elsewhere = await replica.asNewcomer(admin);
  expect((await elsewhere.setup.status.query()).state).toBe('open');
  await client.setup.dismiss.mutate();
  expect(await client.setup.status.query()).toEqual({ state: 'hidden' });
  expect(await elsewhere.setup.status.query()).toEqual({ state: 'hidden' });
  const viewer = await server.asNewcomer(await logto.newUser());
  expect(await codeOf(viewer.setup.dismiss.mutate())).toBe('FORBIDDEN');
});

test('when the last administrator is lost after the list ended, every user sees that again', async () => {
  const client = await becomeAdministrator();
  const other = await server.asNewcomer(await logto.newUser());
  const stateOf = async ({ setup }: typeof other) => (await setup.status.query()).state;
  await client.setup.dismiss.mutate();
  expect(await stateOf(other)).toBe('not-yours');
  await server.directory.unassignRole({ user: admin, role: 'admin', tenant: 'default' });
  await waitFor(async () =>
    expect(await Promise.all([client, other].map(stateOf))).toEqual(['no-administrator', 'no-administrator']),
  );
  await server.directory.assignRole({ user: admin, role: 'admin', tenant: 'default' });
  await waitFor(async () => expect(await stateOf(other)).toBe('not-yours'));
});

test('the checklist is hidden in organizations', async () => {
  const organization = await logto.newOrganization('Acme');
  await logto.join(organization, admin);
  const inside = await server.asNewcomer(admin, organization);
  expect(await inside.setup.status.query()).toEqual({ state: 'not-yours' });
});

test('in payload mode the Management API step remains', async () => {
  await using payloads = await startTestServer();
  const { client } = await payloads.join({ email: 'operator@example.test', role: 'admin' });
  expect(await statesOf(client)).toMatchObject({ 'management-api': 'todo' });
});
