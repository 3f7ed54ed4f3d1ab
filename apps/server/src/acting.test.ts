import { startServerProcess } from '@latchkey/server-process';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { viewAsHeader } from './platform/trpc/context.ts';
import type { AppRouter } from './router.ts';
import { codeOf, refusal, proceduresOf } from './testing/call-procedure.ts';
import { testAudience, testClient } from './testing/test-issuer.ts';
import { startTestLogto } from './testing/test-logto.ts';
import { signingKey, startUpstreams, startTestServer, type Client } from './testing/test-server.ts';
import { waitFor } from './testing/wait-for.ts';

/** Three Logto applications: the console's, which may exchange tokens, a helpdesk's, and one unrelated to Latchkey. */
const redirectUris = ['http://localhost:5173/callback'];
const applications = [
  {
    id: testClient,
    name: 'Console',
    type: 'SPA' as const,
    redirectUris,
    customClientMetadata: { allowTokenExchange: true },
  },
  { id: 'support', name: 'Support', type: 'SPA' as const, redirectUris },
  { id: 'newsletter', name: 'Newsletter', type: 'SPA' as const, redirectUris },
];
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';

const logto = await startTestLogto({ applications, resources: [{ name: 'API', indicator: testAudience }] });
const upstreams = await startUpstreams();
const { issuer } = logto.emulator;
const server = await startTestServer({
  logto: logto.management,
  upstreams: {
    permit: upstreams.permit,
    issuer: { ...upstreams.issuer, issuer, jwksUrl: `${issuer}/jwks` },
  },
});
await logto.hookTo(server.url);

const withToken = (token: string, headers: Record<string, string> = {}): Client =>
  createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${server.url}/api/trpc`,
        headers: { authorization: `Bearer ${token}`, ...headers },
      }),
    ],
  });
const signedIn = async (user: string, app: string = testClient): Promise<Client> =>
  withToken((await logto.emulator.signIn(user, { app, resource: testAudience })).accessToken);

async function person(name: string, role: 'viewer' | 'editor' | 'admin' = 'viewer'): Promise<string> {
  const id = await logto.newUser({ name });
  await (await signedIn(id)).session.me.query();
  if (role !== 'viewer') await server.directory.assignRole({ user: id, role, tenant: 'default' });
  await waitFor(async () => {
    const { roles } = await (await signedIn(id)).session.me.query();
    expect(roles).toContain(role);
  });
  return id;
}

/** Exchanges a subject token of the Management API, as in Logto's documentation. `actor` is in `act`. */
async function actingToken(actor: string, subject: string): Promise<string> {
  const { subjectToken } = Object(await logto.manage('POST', '/subject-tokens', { userId: subject }));
  const response = await fetch(`${logto.emulator.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: testClient,
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: String(subjectToken),
      subject_token_type: accessTokenType,
      actor_token: (await logto.emulator.signIn(actor, { app: testClient })).accessToken,
      actor_token_type: accessTokenType,
      resource: testAudience,
    }),
  });
  const { access_token: token } = Object(await response.json());
  expect(decodeJwt(String(token))).toMatchObject({ sub: subject, act: { sub: actor } });
  return String(token);
}
const acting = async (actor: string, subject: string): Promise<Client> =>
  withToken(await actingToken(actor, subject));

const revoked = { status: 401, code: 'SUBJECT_REVOKED' };
const denied = { status: 403, code: 'FORBIDDEN', denied: { reason: 'acting', grantedBy: [] } };

test('an actor has the rights of their subject, and the console shows who the actor is', async () => {
  const [ada, bob] = [await person('Ada', 'admin'), await person('Bob')];
  const client = await acting(bob, ada);
  expect(await client.session.me.query()).toMatchObject({
    subject: ada,
    roles: expect.arrayContaining(['admin']),
    acting: { as: { key: ada, name: 'Ada' }, by: [{ key: bob, name: 'Bob' }] },
  });
  expect((await client.members.list.query({})).members.length).toBeGreaterThan(1);
  expect(await (await signedIn(ada)).session.me.query()).toMatchObject({ acting: null });
});

test('a token is refused once the account of the actor or of the subject is suspended or deleted', async () => {
  const [ada, bob, cy] = [await person('Ada', 'admin'), await person('Bob'), await person('Cy')];
  const clients = [await acting(bob, ada), await acting(ada, cy), await acting(cy, ada)];
  const [ofBob, ofCy, other] = clients;
  await Promise.all(clients.map((client) => client.session.me.query()));
  for (const user of [bob, cy])
    await logto.manage('PATCH', `/users/${user}/is-suspended`, { isSuspended: true });
  await waitFor(async () => {
    for (const client of [ofBob, ofCy, other])
      expect(await refusal(client?.session.me.query() ?? Promise.resolve())).toMatchObject(revoked);
  });
  await (await signedIn(ada)).session.me.query();
});

test('a token is refused when the account of any actor in its chain is suspended or deleted', async () => {
  const [ada, bob, cy] = [await person('Ada', 'admin'), await person('Bob'), await person('Cy')];
  const script = `const getCustomJwtClaims = async () => (${JSON.stringify({ act: { sub: bob, act: { sub: cy } } })});`;
  await logto.manage('PUT', '/configs/jwt-customizer/access-token', { script });
  const client = await signedIn(ada);
  await logto.manage('DELETE', '/configs/jwt-customizer/access-token');
  expect(await client.session.me.query()).toMatchObject({ acting: { by: [{ key: bob }, { key: cy }] } });
  await logto.manage('PATCH', `/users/${cy}/is-suspended`, { isSuspended: true });
  await waitFor(async () => expect(await refusal(client.session.me.query())).toMatchObject(revoked));
});

test('an actor unknown to this server is read from Logto, and refused if suspended there', async () => {
  const ada = await person('Ada', 'admin');
  // Without this, the server would know the user from the delivery about the user's creation.
  await logto.loseDeliveries();
  const unmet = await logto.newUser();
  const token = await actingToken(unmet, ada);
  await logto.manage('PATCH', `/users/${unmet}/is-suspended`, { isSuspended: true });
  expect(await refusal(withToken(token).session.me.query())).toMatchObject(revoked);
  await logto.hookTo(server.url);
});

test("the audit log records an action by an actor as the actor's, with the subject", async () => {
  const [ada, bob] = [await person('Ada', 'admin'), await person('Bob')];
  const client = await acting(bob, ada);
  const { id } = await client.reports.create.mutate({ title: 'For Ada', kind: 'access-review' });
  const token = await actingToken(bob, ada);
  const file = await fetch(`${server.url}/api/audit/export?format=csv`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(file.status).toBe(200);
  await file.text();
  await server.audit.flush();

  const admin = await signedIn(ada);
  const found = await admin.audit.list.query({ actor: bob });
  const actsFor = { subject: ada, priorActors: [] };
  const eventOf = (action: string) => found.events.find((event) => event.action === action);
  expect(eventOf('reports:create')).toMatchObject({ actor: bob, subject: ada, detail: { actsFor } });
  expect(eventOf('report.create')).toMatchObject({ actor: bob, instance: id, detail: { actsFor } });
  expect(eventOf('audit.export')).toMatchObject({ actor: bob, detail: { actsFor } });
  expect(found.people).toEqual(expect.arrayContaining([expect.objectContaining({ key: ada, name: 'Ada' })]));
  expect(await admin.reports.get.query({ id })).toMatchObject({ owners: [{ key: ada }] });
});

test('gates refuse an actor the procedures that assign, remove or review roles, and buttons reflect it', async () => {
  const [ada, bob] = [await person('Ada', 'admin'), await person('Bob')];
  const own = await signedIn(ada);
  const client = await acting(bob, ada);
  expect(await refusal(client.members.assign.mutate({ subject: bob, role: 'admin' }))).toMatchObject(denied);
  const { id } = await own.reports.create.mutate({ title: 'Shared', kind: 'access-review' });
  expect(await refusal(client.reports.share.mutate({ id, subject: bob, role: 'owner' }))).toMatchObject(
    denied,
  );
  expect(await refusal(client.viewAs.start.mutate({ kind: 'role', role: 'viewer' }))).toMatchObject(denied);
  expect(await codeOf(client.invitations.accept.mutate({ id: 'unknown' }))).toBe('FORBIDDEN');

  // The reference lists those that require the user in person.
  const mutations = proceduresOf(server).filter(({ type }) => type === 'mutation');
  const answers = await client.session.gates.mutate(mutations.map(({ path }) => ({ path })));
  const refused = mutations.filter((_, index) => Object(answers[index]).reason === 'acting');
  expect(refused).toEqual(mutations.filter(({ isInPerson }) => isInPerson));
  expect(refused.length).toBeGreaterThan(20);
});

test('a request can be decided neither by its requester nor by an actor who made it', async () => {
  const [ada, bob, cy] = [await person('Ada', 'admin'), await person('Bob'), await person('Cy', 'admin')];
  const asked = {
    target: { kind: 'role', role: 'editor' },
    reason: 'For the review',
    duration: null,
  } as const;
  const { id } = await (await signedIn(bob)).requests.create.mutate(asked);
  const client = await acting(bob, ada);
  expect(await client.requests.get.query({ id })).toMatchObject({ isOwn: true });
  const { items } = await client.requests.list.query({ requester: bob });
  expect(items).toMatchObject([{ id, isOwn: true, canDecide: false }]);
  expect(await codeOf(client.requests.refuse.mutate({ id }))).toBe('OWN_REQUEST');
  expect(await refusal(client.requests.approve.mutate({ id }))).toMatchObject(denied);

  // An actor who acts for the requester cannot decide the request either.
  expect(await refusal((await acting(cy, bob)).requests.approve.mutate({ id }))).toMatchObject({
    status: 403,
  });
  await (await acting(cy, ada)).requests.refuse.mutate({ id });
  await server.audit.flush();
  const { events } = await (await signedIn(ada)).audit.list.query({ actions: ['request.refuse'], actor: cy });
  expect(events).toMatchObject([{ subject: bob, detail: { actsFor: { subject: ada } } }]);
});

test('an actor cannot use the views of their subject, and naming one does not interrupt it', async () => {
  const [ada, bob] = [await person('Ada', 'admin'), await person('Bob')];
  const own = await signedIn(ada);
  const { id } = await own.viewAs.start.mutate({ kind: 'role', role: 'viewer' });
  const header = { [viewAsHeader]: id };
  expect(await codeOf(withToken(await actingToken(bob, ada), header).session.me.query())).toBe(
    'VIEW_AS_ENDED',
  );
  const { accessToken } = await logto.emulator.signIn(ada, { app: testClient, resource: testAudience });
  expect(await withToken(accessToken, header).viewAs.current.query()).toMatchObject({ id });
});

test("an untrusted application of the same Logto has no user's rights; a machine has its own", async () => {
  const ada = await person('Ada', 'admin');
  expect(await codeOf((await signedIn(ada, 'newsletter')).session.me.query())).toBe('TOKEN_CLIENT');
  const { appId, appSecret } = logto.management;
  const response = await fetch(`${logto.emulator.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${appId}:${appSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource: testAudience }),
  });
  const { access_token: token } = Object(await response.json());
  expect(await withToken(String(token)).session.me.query()).toMatchObject({ subject: appId, roles: [] });
});

test('by its environment, the server accepts tokens of LOGTO_APP_ID and LOGTO_TRUSTED_APP_IDS', async () => {
  const user = await person('Dora');
  const { permit } = upstreams;
  const process = await startServerProcess({
    DATABASE_URL: server.databaseUrl,
    LOGTO_ENDPOINT: logto.emulator.url,
    LOGTO_APP_ID: testClient,
    LOGTO_TRUSTED_APP_IDS: 'another, support',
    LOGTO_API_RESOURCE: testAudience,
    LOGTO_WEBHOOK_SIGNING_KEYS: signingKey,
    PERMIT_API_URL: permit.url,
    PERMIT_PDP_URL: permit.pdpUrl,
    PERMIT_API_KEY: permit.keys.environment,
  });
  const statusOf = async (app: string): Promise<number> => {
    const { accessToken } = await logto.emulator.signIn(user, { app, resource: testAudience });
    const headers = { authorization: `Bearer ${accessToken}` };
    return (await fetch(`${process.url}/api/trpc/session.me`, { headers })).status;
  };
  expect([await statusOf(testClient), await statusOf('support'), await statusOf('newsletter')]).toEqual([
    200, 200, 401,
  ]);
  await process.stop();
});
