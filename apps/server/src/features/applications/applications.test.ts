import { beforeEach, expect, test } from 'vitest';
import { eq } from 'drizzle-orm';
import { createServer, type Server } from 'node:http';
import {
  agentApp,
  answerThrough,
  calling,
  callThrough,
  connects,
  seedWithApplication,
  tokenThrough,
  type ThroughApplication,
} from '../../testing/applications.ts';
import { codeOf } from '../../testing/call-procedure.ts';
import { permitSdk, rolesIn } from '../../testing/permit-sdk.ts';
import { openReview } from '../../testing/reviews.ts';
import { portOf } from '../../testing/serve.ts';
import { testMcpResource } from '../../testing/test-issuer.ts';
import { startTestLogto } from '../../testing/test-logto.ts';
import { startTestServer, type Client, type TestServer } from '../../testing/test-server.ts';
import { untilIdle, untilLocked, waitFor } from '../../testing/wait-for.ts';
import { connectedApplications } from './tables.ts';

const logto = await startTestLogto(seedWithApplication);
/** Milliseconds by which the server's clock is ahead. */
let ahead = 0;
const server = await startTestServer({
  now: () => new Date(Date.now() + ahead),
  logto: logto.management,
  consoleUrl: 'https://console.latchkey.example',
});
await logto.hookTo(server.url);

interface Person {
  readonly key: string;
  readonly client: Client;
}
let acme: string;
let ann: Person;
let root: Person;

async function join(tenant: string | undefined, role: string, name = 'Ann'): Promise<Person> {
  const key = await logto.newUser({ name });
  await logto.manage('POST', `/users/${key}/roles`, { roleIds: [connects] });
  if (tenant !== undefined) await logto.join(tenant, key, ...(role === 'admin' ? ['admin'] : []));
  await waitFor(async () => expect(await rolesIn(server, key, tenant)).toContain(role));
  return { key, client: await server.as(key, tenant) };
}

beforeEach(async () => {
  acme = await logto.newOrganization('Acme');
  ann = await join(acme, 'viewer');
  root = await join(acme, 'admin', 'Root');
});

const through = async (who: Person, held: ThroughApplication = {}, on: TestServer = server) =>
  callThrough(on, await tokenThrough(on.issuer, who.key, { organization: acme, ...held }));
const chosen = async (who: Person, at = acme, claims = {}) =>
  callThrough(server, await tokenThrough(server.issuer, who.key, claims), { at });
const consent = (who: Person, app = agentApp) => logto.emulator.signIn(who.key, { app });

/** Tokens and consents have whole seconds, so a later one is in a later second. */
async function nextSecond(): Promise<void> {
  const now = Math.floor(Date.now() / 1_000);
  await waitFor(() => expect(Math.floor(Date.now() / 1_000)).toBeGreaterThan(now), 20);
  // A consent is looked up at most once in ten seconds.
  ahead += 11_000;
}
const disconnect = (who: Person, clientId = agentApp) =>
  who.client.applications.disconnect.mutate({ clientId });
const grantsOf = async (who: Person) =>
  Object(await logto.manage('GET', `/users/${who.key}/grants?appType=thirdParty`)).grants.length;

test('a consent for an organization connects the application with the first call', async () => {
  await consent(ann);
  expect(await ann.client.applications.mine.query()).toMatchObject({
    connections: [
      {
        clientId: agentApp,
        name: 'Agent',
        host: null,
        isVerified: true,
        state: 'unused',
        scopes: ['access:read', 'requests:write'],
        lastUsedAt: null,
        hasGrant: true,
      },
    ],
    areGrantsKnown: true,
  });
  expect(await through(ann, { scopes: ['requests:write', 'unknown'] })).toBe('ok');
  const { connections } = await ann.client.applications.mine.query();
  expect(connections).toMatchObject([
    { name: 'Agent', state: 'allowed', scopes: ['requests:write'], canChange: true, hasGrant: true },
  ]);
  expect(Date.parse(connections[0]?.lastUsedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
  const ofAdmin = await root.client.applications.ofPerson.query({ subject: ann.key });
  expect(ofAdmin).toEqual({ connections, areGrantsKnown: true });
});

test('in an address of an organization, a token that does not name it needs the permission of the person', async () => {
  await consent(ann);
  expect(await chosen(ann)).toBe('APPLICATION_NOT_ALLOWED');
  const { body } = await answerThrough(server, await tokenThrough(server.issuer, ann.key), { at: acme });
  expect(body.title).toBe(
    'Agent is not allowed in this organization yet. Allow it at https://console.latchkey.example/access/applications under Your access › Connected applications.',
  );
  expect(await ann.client.applications.mine.query()).toMatchObject({
    connections: [{ state: 'waiting', lastUsedAt: null }],
  });
  expect(await root.client.applications.list.query()).toMatchObject({
    applications: [{ clientId: agentApp, people: 0, waiting: 1 }],
  });
  await ann.client.applications.allow.mutate({ clientId: agentApp });
  await ann.client.applications.allow.mutate({ clientId: agentApp });
  expect(await chosen(ann)).toBe('ok');
  await server.audit.flush();
  const { events } = await root.client.audit.list.query({ actions: ['application.allow'] });
  expect(events).toMatchObject([
    { actor: ann.key, subject: ann.key, detail: { after: { clientId: agentApp, name: 'Agent' } } },
  ]);

  const stranger = await join(undefined, 'viewer');
  expect(await chosen(stranger)).toBe('FORBIDDEN');
  const rows = await server.db
    .select()
    .from(connectedApplications)
    .where(eq(connectedApplications.subject, stranger.key));
  expect(rows).toEqual([]);
});

test('the address for an application names the organization', async () => {
  expect(await ann.client.applications.address.query()).toBe(`${testMcpResource}/${acme}`);
  expect(await (await server.as(ann.key)).applications.address.query()).toBe(testMcpResource);
});

test('only the person in person can allow an application', async () => {
  await chosen(ann);
  const acting = await server.issuer.sign({
    sub: ann.key,
    organization_id: acme,
    act: { sub: root.key },
  });
  const response = await fetch(`${server.url}/api/trpc/applications.allow`, {
    method: 'POST',
    headers: { authorization: `Bearer ${acting}`, 'content-type': 'application/json' },
    body: JSON.stringify({ clientId: agentApp }),
  });
  expect(response.status).toBe(403);
  const { id } = await root.client.viewAs.start.mutate({ kind: 'person', subject: ann.key });
  const viewing = await server.as(root.key, acme, id);
  expect(await codeOf(viewing.applications.allow.mutate({ clientId: agentApp }))).toBe('VIEW_AS_READ_ONLY');
  expect(await codeOf(root.client.applications.allow.mutate({ clientId: agentApp }))).toBe(
    'APPLICATION_NOT_FOUND',
  );
  expect(await chosen(ann)).toBe('APPLICATION_NOT_ALLOWED');
});

test('Disconnect ends an application everywhere, for tokens that exist, until a new consent', async () => {
  await consent(ann);
  expect(await through(ann)).toBe('ok');
  const unused = await tokenThrough(server.issuer, ann.key);
  expect(await disconnect(ann)).toEqual({ grant: 'deleted' });
  expect(await grantsOf(ann)).toBe(0);
  expect(await through(ann)).toBe('APPLICATION_DISCONNECTED');
  // In another tenant, in which it was not used before.
  expect(await callThrough(server, unused)).toBe('APPLICATION_DISCONNECTED');
  expect(await ann.client.applications.mine.query()).toMatchObject({ connections: [] });
  await nextSecond();
  // The client forged or kept a refresh token, but there is no consent.
  expect(await through(ann)).toBe('APPLICATION_DISCONNECTED');
  await nextSecond();
  await consent(ann);
  expect(await callThrough(server, unused)).toBe('APPLICATION_DISCONNECTED');
  expect(await through(ann)).toBe('ok');
  expect(await ann.client.applications.mine.query()).toMatchObject({ connections: [{ state: 'allowed' }] });
  expect(await codeOf(disconnect(ann, 'https://never.example/client.json'))).toBe('APPLICATION_NOT_FOUND');
});

test('a new consent for a chosen organization waits again', async () => {
  await consent(ann);
  await chosen(ann);
  await ann.client.applications.allow.mutate({ clientId: agentApp });
  await disconnect(ann);
  await nextSecond();
  await consent(ann);
  expect(await chosen(ann)).toBe('APPLICATION_NOT_ALLOWED');
});

test('Disconnect holds while Logto is down, and says that the consent remains', async () => {
  await consent(ann);
  expect(await through(ann)).toBe('ok');
  logto.emulator.addFault({ path: `/api/users/${ann.key}/grants`, status: 503 });
  expect(await disconnect(ann)).toEqual({ grant: 'failed' });
  expect(await through(ann)).toBe('APPLICATION_DISCONNECTED');
  await nextSecond();
  expect(await through(ann)).toBe('APPLICATION_DISCONNECTED');
  expect(await ann.client.applications.mine.query()).toEqual({ connections: [], areGrantsKnown: false });
  logto.emulator.clearFaults();
  await nextSecond();
  expect(await through(ann)).toBe('APPLICATION_DISCONNECTED');
  expect(await ann.client.applications.mine.query()).toMatchObject({ connections: [{ state: 'unused' }] });
  expect(await disconnect(ann)).toEqual({ grant: 'deleted' });
});

test('an application whose name is unknown is shown by its host, and gets its name later', async () => {
  await consent(ann);
  logto.emulator.addFault({ path: `/api/users/${ann.key}/grants`, status: 503 });
  expect(await through(ann)).toBe('ok');
  expect(await root.client.applications.ofPerson.query({ subject: ann.key })).toMatchObject({
    connections: [{ name: agentApp, hasGrant: null }],
    areGrantsKnown: false,
  });
  logto.emulator.clearFaults();
  ahead += 11_000;
  await server.db
    .update(connectedApplications)
    .set({ lastUsedAt: new Date(Date.now() - 120_000) })
    .where(eq(connectedApplications.subject, ann.key));
  expect(await through(ann, { scopes: ['access:read'] })).toBe('ok');
  await waitFor(async () =>
    expect(await root.client.applications.list.query()).toMatchObject({
      applications: [{ name: 'Agent', scopes: ['access:read'], canChange: false }],
    }),
  );
});

test('a block refuses an application for everyone at once, also before anyone uses it, until it is lifted', async () => {
  await consent(ann);
  const url = 'https://unknown.example/client.json';
  expect(await through(ann)).toBe('ok');
  expect(await through(root)).toBe('ok');
  const { block, unblock, list, peopleOf } = root.client.applications;
  expect(await peopleOf.query({ clientId: agentApp })).toMatchObject({
    people: expect.arrayContaining([
      { subject: ann.key, name: 'Ann', state: 'allowed', lastUsedAt: expect.any(String) },
      { subject: root.key, name: 'Root', state: 'allowed', lastUsedAt: expect.any(String) },
    ]),
    more: 0,
  });
  await block.mutate({ clientId: agentApp, reason: 'It leaks' });
  await block.mutate({ clientId: agentApp, reason: 'Again' });
  await block.mutate({ clientId: url });
  expect([await through(ann), await through(root)]).toEqual(['APPLICATION_BLOCKED', 'APPLICATION_BLOCKED']);
  expect(await through(ann, { clientId: url })).toBe('APPLICATION_BLOCKED');
  // Not in another tenant.
  expect(await through(ann, { organization: undefined })).toBe('ok');
  expect(await ann.client.applications.mine.query()).toMatchObject({ connections: [{ state: 'blocked' }] });
  const { applications } = await list.query();
  expect(applications).toMatchObject([
    {
      clientId: agentApp,
      people: 2,
      scopes: ['access:read', 'requests:write'],
      canChange: true,
      blocked: { by: root.key, byName: 'Root', reason: 'It leaks' },
    },
    { clientId: url, name: 'unknown.example', isVerified: false, people: 0, blocked: { reason: null } },
  ]);
  await unblock.mutate({ clientId: agentApp });
  expect(await codeOf(unblock.mutate({ clientId: agentApp }))).toBe('APPLICATION_NOT_FOUND');
  expect(await through(ann)).toBe('ok');
  await server.audit.flush();
  const actions = ['application.block', 'application.unblock'];
  const { events } = await root.client.audit.list.query({ actions });
  expect(events.map(({ action, actor, subject, detail }) => ({ action, actor, subject, detail }))).toEqual(
    [
      { action: 'application.unblock', after: { clientId: agentApp, name: 'Agent' } },
      { action: 'application.block', after: { clientId: url, name: 'unknown.example' } },
      { action: 'application.block', after: { clientId: agentApp, name: 'Agent' } },
    ].map(({ action, after }) => ({ action, actor: root.key, subject: null, detail: { after } })),
  );
});

test('an administrator ends an application of one person in one organization', async () => {
  await consent(ann);
  const { disconnectPerson } = root.client.applications;
  expect([await through(ann), await through(root), await through(ann, { organization: undefined })]).toEqual([
    'ok',
    'ok',
    'ok',
  ]);
  const target = { subject: ann.key, clientId: agentApp };
  expect(await disconnectPerson.mutate(target)).toEqual({ ended: true });
  expect(await disconnectPerson.mutate(target)).toEqual({ ended: false });
  expect([await through(ann), await through(root), await through(ann, { organization: undefined })]).toEqual([
    'APPLICATION_DISCONNECTED',
    'ok',
    'ok',
  ]);
  expect(await grantsOf(ann)).toBe(1);
  await nextSecond();
  expect(await through(ann)).toBe('APPLICATION_DISCONNECTED');
  expect(await codeOf(disconnectPerson.mutate({ ...target, clientId: 'other' }))).toBe(
    'APPLICATION_NOT_FOUND',
  );
  expect(await codeOf(ann.client.applications.disconnectPerson.mutate(target))).toBe('FORBIDDEN');
  expect(await codeOf(ann.client.applications.block.mutate({ clientId: agentApp }))).toBe('FORBIDDEN');
});

test('an administrator of another organization sees and ends nothing here', async () => {
  await consent(ann);
  await through(ann);
  const globex = await logto.newOrganization('Globex');
  const other = await join(globex, 'admin', 'Other');
  const { applications } = other.client;
  expect(await applications.list.query()).toEqual({ applications: [] });
  expect(await applications.ofPerson.query({ subject: ann.key })).toEqual({
    connections: [],
    areGrantsKnown: true,
  });
  expect(await applications.peopleOf.query({ clientId: agentApp })).toEqual({ people: [], more: 0 });
  const target = { subject: ann.key, clientId: agentApp };
  expect(await codeOf(applications.disconnectPerson.mutate(target))).toBe('APPLICATION_NOT_FOUND');
  await root.client.applications.block.mutate({ clientId: agentApp });
  expect(await codeOf(applications.unblock.mutate({ clientId: agentApp }))).toBe('APPLICATION_NOT_FOUND');
  expect(await applications.list.query()).toEqual({ applications: [] });
  await root.client.applications.unblock.mutate({ clientId: agentApp });
  await applications.block.mutate({ clientId: agentApp });
  await disconnect(other).catch(() => {});
  expect(await through(ann)).toBe('ok');
});

const ends = {
  async 'a suspension'() {
    await server.sync.revocations.record(ann.key, 'suspended');
    expect(await through(ann)).toBe('SUBJECT_REVOKED');
    await server.sync.revocations.record(ann.key, 'active');
  },
  async 'a suspension in Logto'() {
    await logto.manage('PATCH', `/users/${ann.key}/is-suspended`, { isSuspended: true });
    await waitFor(async () => expect(await through(ann)).toBe('SUBJECT_REVOKED'));
    await logto.manage('PATCH', `/users/${ann.key}/is-suspended`, { isSuspended: false });
    await waitFor(async () => expect(await through(ann)).not.toBe('SUBJECT_REVOKED'));
  },
  async 'a deletion that Logto takes back'() {
    await server.sync.revocations.record(ann.key, 'gone');
    await server.sync.revocations.record(ann.key, 'active');
  },
  async 'the removal from the organization'() {
    await root.client.members.remove.mutate({ subjects: [ann.key], actions: ['organization'] });
    await untilIdle(server.db);
    await logto.join(acme, ann.key);
    await untilIdle(server.db);
  },
  async 'leaving the organization in Logto'() {
    await logto.manage('DELETE', `/organizations/${acme}/users/${ann.key}`);
    await waitFor(async () => expect(await rolesIn(server, ann.key, acme)).toEqual([]));
    await untilIdle(server.db);
    await logto.join(acme, ann.key);
    await untilIdle(server.db);
  },
};

test.each(Object.entries(ends))('%s ends the connected applications', async (_, end) => {
  await consent(ann);
  await consent(root);
  const early = await tokenThrough(server.issuer, ann.key, { organization: acme });
  expect(await callThrough(server, early)).toBe('ok');
  expect(await through(root)).toBe('ok');
  await end();
  expect(await callThrough(server, early)).toBe('APPLICATION_DISCONNECTED');
  expect(await through(root)).toBe('ok');
});

test('a suspension also ends what a token that was not used before could have connected', async () => {
  await consent(ann);
  const early = await tokenThrough(server.issuer, ann.key, { organization: acme });
  await server.sync.revocations.record(ann.key, 'suspended');
  await server.sync.revocations.record(ann.key, 'active');
  expect(await callThrough(server, early)).toBe('APPLICATION_DISCONNECTED');
  await nextSecond();
  await consent(ann);
  expect(await through(ann)).toBe('ok');
});

test('a token from before the end of a membership connects nothing', async () => {
  await consent(ann);
  const unused = await tokenThrough(server.issuer, ann.key, { organization: acme });
  await root.client.members.remove.mutate({ subjects: [ann.key], actions: ['organization'] });
  expect(await callThrough(server, unused)).toBe('FORBIDDEN');
  expect(await root.client.applications.list.query()).toEqual({ applications: [] });
});

test('a sweep over all users ends the applications of those who left, and of nobody else', async () => {
  await consent(ann);
  expect([await through(ann), await through(root)]).toEqual(['ok', 'ok']);
  await logto.loseDeliveries();
  await logto.manage('DELETE', `/organizations/${acme}/users/${ann.key}`);
  const run = async (dryRun: boolean) => {
    await server.sync.control.requestRun({ reason: 'manual', dryRun });
    await untilIdle(server.db);
    return [await through(ann), await through(root)];
  };
  expect(await run(true)).toEqual(['ok', 'ok']);
  expect(await run(false)).toEqual(['APPLICATION_DISCONNECTED', 'ok']);
  await logto.hookTo(server.url);
});

/** Whether Disconnect or the first use has locked the connections first. */
test.each([true, false])(
  'a first use that races Disconnect does not outlast it: it is first: %s',
  async (isFirst) => {
    await consent(ann);
    expect(await through(ann, { organization: undefined })).toBe('ok');
    const token = await tokenThrough(server.issuer, ann.key, { organization: acme });
    const calls = [() => callThrough(server, token), () => disconnect(ann).then(() => 'disconnected')];
    if (!isFirst) calls.reverse();
    const running = await server.db.transaction(async (transaction) => {
      await transaction.execute('lock table connected_applications in exclusive mode');
      const first = calls[0]?.();
      await untilLocked(server.db, 1);
      const second = calls[1]?.();
      await untilLocked(server.db, 2);
      return [first, second];
    });
    expect([await running[0], await running[1]]).toEqual(
      isFirst ? ['ok', 'disconnected'] : ['disconnected', 'APPLICATION_DISCONNECTED'],
    );
    expect(await callThrough(server, token)).toBe('APPLICATION_DISCONNECTED');
  },
);

test('a client that names itself "Latchkey" is shown with its host, as unverified', async () => {
  let site: Server | undefined;
  const clientId = await new Promise<string>((resolve) => {
    site = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          client_id: id(),
          client_name: 'Latchkey',
          redirect_uris: ['http://127.0.0.1/callback'],
          token_endpoint_auth_method: 'none',
        }),
      );
    }).listen(0, '127.0.0.1', () => resolve(id()));
    const id = () => `https://localhost:${portOf(site?.address() ?? null)}/client.json`;
  });
  await consent(ann, clientId);
  site?.close();
  expect(await through(ann, { clientId })).toBe('ok');
  const shown = { clientId, name: 'Latchkey', host: new URL(clientId).host, isVerified: false };
  expect(await root.client.applications.list.query()).toMatchObject({ applications: [shown] });
  expect(await ann.client.applications.mine.query()).toMatchObject({ connections: [shown] });
});

test('every event names the application, and the log is filtered and exported by it', async () => {
  await consent(root);
  const call = async (clientId: string) => {
    const token = await tokenThrough(server.issuer, root.key, { organization: acme, clientId });
    expect((await answerThrough(server, token, { message: calling('find_people', {}) })).status).toBe(200);
  };
  await call(agentApp);
  await call('https://other.example/client.json');
  await server.audit.flush();
  const via = { clientId: agentApp, name: 'Agent' };
  const filter = { application: agentApp };
  const { events } = await root.client.audit.list.query(filter);
  expect(events).toMatchObject([{ action: 'members:view', actor: root.key, detail: { via } }]);
  expect((await root.client.audit.list.query({ application: 'nobody' })).events).toEqual([]);
  const hour = 3_600_000;
  const from = new Date(Math.floor(Date.now() / hour) * hour);
  const { bars } = await root.client.audit.histogram.query({
    ...filter,
    from: from.toISOString(),
    to: new Date(+from + hour).toISOString(),
  });
  expect(bars.map(({ count }) => count)).toEqual([1]);
  const query = new URLSearchParams({ format: 'csv', filter: JSON.stringify(filter) });
  const csv = await (await server.get(`/api/audit/export?${query}`, root.key, acme)).text();
  const lines = csv.trim().split('\r\n');
  expect(lines[0]).toContain('"Application ID","Application",');
  expect(lines.slice(1)).toEqual([expect.stringContaining(`"${agentApp}","Agent",`)]);
});

test('unused access and reviews show the applications of people', async () => {
  await consent(ann);
  await through(ann);
  await through(root, { scopes: ['access:read'] });
  const { unused } = root.client.reviews;
  expect((await unused.query({ days: 120 })).connections).toEqual([]);
  await server.db
    .update(connectedApplications)
    .set({ lastUsedAt: new Date(Date.now() - 121 * 86_400_000) })
    .where(eq(connectedApplications.subject, ann.key));
  const shown = { clientId: agentApp, name: 'Agent', scopes: ['access:read', 'requests:write'] };
  expect((await unused.query({ days: 120 })).connections).toMatchObject([
    { ...shown, user: { key: ann.key, name: 'Ann' } },
  ]);
  expect((await unused.query({ days: 130 })).connections).toEqual([]);
  expect((await unused.query({ days: 120, role: 'viewer' })).connections).toEqual([]);

  const id = await openReview(root.client);
  const { items } = await root.client.reviews.rows.query({ id });
  const applicationsOf = (who: Person) => items.find(({ subject }) => subject === who.key)?.applications;
  expect(applicationsOf(ann)).toMatchObject([{ ...shown, canChange: true }]);
  // It can only read.
  expect(applicationsOf(root)).toEqual([]);
  await root.client.applications.disconnectPerson.mutate({ subject: ann.key, clientId: agentApp });
  expect((await unused.query({ days: 120 })).connections).toEqual([]);
  const after = await root.client.reviews.rows.query({ id, subject: ann.key });
  expect(after.items[0]?.applications).toEqual([]);
});

test('a token that names no application is refused', async () => {
  expect(await through(ann, { claims: { client_id: undefined } })).toBe('TOKEN_CLIENT');
});

test('without access to Logto, an application that was disconnected waits for the person', async () => {
  const payload = await startTestServer();
  await permitSdk(payload.permit).api.tenants.create({ key: acme, name: 'Acme' });
  const bob = await payload.join({ tenant: acme });
  const call = async () => through(bob, {}, payload);
  expect(await call()).toBe('ok');
  expect(await bob.client.applications.mine.query()).toMatchObject({
    connections: [{ name: agentApp, state: 'allowed', hasGrant: null }],
    areGrantsKnown: false,
  });
  expect(await bob.client.applications.disconnect.mutate({ clientId: agentApp })).toEqual({
    grant: 'unknown',
  });
  expect(await call()).toBe('APPLICATION_DISCONNECTED');
  await nextSecond();
  expect(await call()).toBe('APPLICATION_NOT_ALLOWED');
  await bob.client.applications.allow.mutate({ clientId: agentApp });
  expect(await call()).toBe('ok');
});
