import { request } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { policy } from '@latchkey/policy';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testAudience, testClient, testMcpResource } from '../../testing/test-issuer.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { startTestServer, type Joined } from '../../testing/test-server.ts';

const server = await startTestServer({ consoleUrl: 'https://console.latchkey.example' });
const agent = 'https://agent.example/client.json';
const every = Object.keys(policy.scopes);

let ann: Joined;
let root: Joined;
let tenant: string;
beforeEach(async () => {
  tenant = `org-${crypto.randomUUID()}`;
  await permitSdk(server.permit).api.tenants.create({ key: tenant, name: 'Acme' });
  ann = await server.join({ tenant, role: 'viewer', firstName: 'Ann', email: 'ann@example.test' });
  root = await server.join({ tenant, role: 'admin', firstName: 'Root', email: 'root@example.test' });
});
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

interface Held {
  readonly scopes?: readonly string[];
  readonly claims?: Record<string, unknown>;
}
const tokenOf = ({ key }: Pick<Joined, 'key'>, { scopes = every, claims = {} }: Held = {}) =>
  server.issuer.sign({
    sub: key,
    organization_id: tenant,
    aud: testMcpResource,
    client_id: agent,
    scope: scopes.join(' '),
    ...claims,
  });

/** A client of one revision of the protocol, connected with the person's consent. */
async function connect(
  who: Joined,
  held: Held = {},
  mode: 'legacy' | { pin: string } = { pin: '2026-07-28' },
) {
  const authorization = `Bearer ${await tokenOf(who, held)}`;
  const client = new Client({ name: 'Latchkey', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), {
      requestInit: { headers: { authorization } },
    }),
  );
  closing.push(() => client.close());
  return {
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name: string, given: Record<string, unknown> = {}) => client.callTool({ name, arguments: given }),
  };
}

const post = async (message: unknown, headers: Record<string, string> = {}, path = '') =>
  fetch(`${server.url}/mcp${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  });
const calling = (name: string, given: object = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: given },
});
const events = async () => {
  await server.audit.flush();
  return (await root.client.audit.list.query({ actor: ann.key, limit: 50 })).events;
};

/** `fetch` cannot send another host. */
const statusOf = (headers: Record<string, string>, body: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const accept = 'application/json, text/event-stream';
    request(`${server.url}/mcp`, { method: 'POST', headers: { accept, ...headers } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end(body);
  });

const forEveryone = [
  'count_roles',
  'list_access_requests',
  'list_access_reviews',
  'list_reports',
  'request_access',
  'why_you_can_or_cannot',
  'withdraw_access_request',
  'your_access',
  'your_access_requests',
];
const forReaders = ['access_of_person', 'find_people', 'read_audit_log', 'why_a_person_can_or_cannot'];

for (const mode of ['legacy', { pin: '2026-07-28' }] as const) {
  const revision = mode === 'legacy' ? '2025-11-25' : mode.pin;

  test(`${revision}: an application has the tools that the person can use, and asks for access`, async () => {
    const ofAnn = await connect(ann, {}, mode);
    expect((await ofAnn.tools()).toSorted()).toEqual(forEveryone);
    const ofRoot = await connect(root, {}, mode);
    expect((await ofRoot.tools()).toSorted()).toEqual([...forEveryone, ...forReaders].toSorted());
    expect(await ofAnn.call('your_access')).toMatchObject({
      structuredContent: { data: { subject: ann.key, tenant, roles: ['viewer'] } },
    });
    const asked = await ofAnn.call('request_access', {
      target: { kind: 'role', role: 'editor' },
      reason: 'To write the report',
      duration: 3600,
    });
    expect(asked.isError).not.toBe(true);
    const { items } = await root.client.requests.list.query({ requester: ann.key });
    expect(items).toMatchObject([{ reason: 'To write the report', status: 'open' }]);
    await waitFor(async () => {
      expect(await ofRoot.call('find_people', { limit: 10 })).toMatchObject({
        structuredContent: {
          data: { members: expect.arrayContaining([expect.objectContaining({ subject: ann.key })]) },
        },
      });
    });
  });
}

test('every event of a call names the application', async () => {
  const ofAnn = await connect(ann);
  await ofAnn.call('list_reports');
  await ofAnn.call('your_access');
  await ofAnn.call('request_access', {
    target: { kind: 'role', role: 'editor' },
    reason: 'Because',
    duration: null,
  });
  await ann.client.reports.list.query({});
  const found = await events();
  expect(found.filter(({ channel }) => channel === 'mcp')).toMatchObject([
    { action: 'request.create', actor: ann.key, detail: { via: { clientId: agent } } },
  ]);
  const ofPolicy = found.filter(({ action }) => action === 'policy:view');
  expect(ofPolicy).toMatchObject([
    { outcome: 'allow', detail: { procedure: 'your_access', via: { clientId: agent } } },
  ]);
  const ofReports = found.filter(({ action }) => action === 'reports:view');
  expect(ofReports.map(({ detail }) => Object(detail).via?.clientId)).toEqual([undefined, agent]);
});

test('scopes limit the person, and a missing one is asked for', async () => {
  const reading = await connect(root, { scopes: ['access:read'] });
  const tools = await reading.tools();
  expect(tools).toContain('find_people');
  expect(tools).not.toContain('request_access');
  const authorization = `Bearer ${await tokenOf(root, { scopes: ['access:read'] })}`;
  const response = await post(calling('request_access'), { authorization });
  expect(response.status).toBe(403);
  expect(response.headers.get('www-authenticate')).toBe(
    'Bearer error="insufficient_scope", error_description="The token lacks a scope that this tool needs.", scope="access:read requests:write", resource_metadata="https://console.latchkey.example/.well-known/oauth-protected-resource/mcp"',
  );
  const none = await connect(root, { scopes: ['openid', 'all', 'members:assign'] });
  expect(await none.tools()).toEqual([]);
});

test('no tool changes what others may do', async () => {
  const changing = Object.entries(policy.resources).flatMap(([resource, definition]) =>
    'changesAccess' in definition ? definition.changesAccess.map((action) => `${resource}:${action}`) : [],
  );
  expect(changing.length).toBeGreaterThan(5);
  const covered: string[] = Object.values(policy.scopes).flatMap(({ permissions }) => [...permissions]);
  expect(covered.filter((permission) => changing.includes(permission))).toEqual([]);
});

test('the metadata leads a client to Logto and to the scopes', async () => {
  const unauthorized = await post(calling('your_access'));
  expect(unauthorized.status).toBe(401);
  expect(unauthorized.headers.get('www-authenticate')).toBe(
    'Bearer resource_metadata="https://console.latchkey.example/.well-known/oauth-protected-resource/mcp"',
  );
  for (const path of ['', '/mcp', '/mcp/acme']) {
    const response = await fetch(`${server.url}/.well-known/oauth-protected-resource${path}`);
    expect(await response.json()).toEqual({
      resource: testMcpResource,
      authorization_servers: [server.issuer.issuer],
      scopes_supported: every,
      bearer_methods_supported: ['header'],
      resource_name: 'Latchkey',
    });
  }
});

test('a token is accepted where it is for, and nowhere else', async () => {
  const own = await server.issuer.sign({ sub: ann.key, organization_id: tenant });
  const ofAgent = await tokenOf(ann);
  const refusals: [string, Record<string, unknown>][] = [
    [own, { code: 'TOKEN_AUDIENCE' }],
    [await tokenOf(ann, { claims: { aud: 'https://other.example' } }), { code: 'TOKEN_AUDIENCE' }],
    [await tokenOf(ann, { claims: { iss: 'https://other.example/oidc' } }), { code: 'TOKEN_ISSUER' }],
    [await tokenOf(ann, { claims: { exp: 1 } }), { code: 'TOKEN_EXPIRED' }],
    [`${ofAgent.slice(0, -8)}AAAAAAAA`, { code: 'TOKEN_SIGNATURE' }],
  ];
  for (const [token, problem] of refusals) {
    const response = await post(calling('your_access'), { authorization: `Bearer ${token}` });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token", resource_metadata=');
    expect(await response.json()).toMatchObject(problem);
  }
  for (const path of [
    '/api/trpc/session.me',
    '/api/audit/export?format=csv',
    '/api/reports/export?format=csv',
  ]) {
    const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${ofAgent}` } });
    expect(response.status).toBe(401);
  }
  const forged = await server.issuer.sign({
    sub: ann.key,
    client_id: agent,
    aud: testAudience,
    scope: 'access:read',
  });
  const atApi = await fetch(`${server.url}/api/trpc/session.me`, {
    headers: { authorization: `Bearer ${forged}` },
  });
  expect(await atApi.json()).toMatchObject({ error: { data: { latchkey: { code: 'TOKEN_CLIENT' } } } });
});

test('the address of an organization is for its own tokens', async () => {
  const authorization = `Bearer ${await tokenOf(ann)}`;
  expect((await post(calling('your_access'), { authorization }, `/${tenant}`)).status).toBe(200);
  const elsewhere = await post(calling('your_access'), { authorization }, '/another');
  expect(elsewhere.status).toBe(403);
  expect(await elsewhere.json()).toMatchObject({ code: 'TOKEN_ORGANIZATION' });
});

test("the console's own application is limited by the scopes too when it calls the MCP server", async () => {
  const ofRoot = await connect(root, { scopes: [], claims: { client_id: testClient } });
  expect(await ofRoot.tools()).toEqual([]);
});

test('a view as another user cannot be used to leave the scopes', async () => {
  const { id } = await root.client.viewAs.start.mutate({ kind: 'person', subject: ann.key });
  const authorization = `Bearer ${await tokenOf(root, { scopes: [] })}`;
  const response = await post(calling('find_people'), { authorization, 'x-latchkey-view-as': id });
  expect(response.status).toBe(403);
});

test('a suspended person is refused', async () => {
  const ofAnn = await connect(ann);
  expect(await ofAnn.tools()).toContain('your_access');
  await server.sync.revocations.record(ann.key, 'suspended');
  const authorization = `Bearer ${await tokenOf(ann)}`;
  const response = await post(calling('your_access'), { authorization });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ code: 'SUBJECT_REVOKED' });
});

test('a foreign page, a foreign host, a batch, nonsense and too much are refused', async () => {
  const authorization = `Bearer ${await tokenOf(ann)}`;
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }]) {
    expect((await post(calling('your_access'), { authorization, ...headers })).status).toBe(403);
  }
  const own = await post(calling('your_access'), {
    authorization,
    origin: 'https://console.latchkey.example',
  });
  expect(own.status).toBe(200);
  for (const [host, origin, status] of [
    ['evil.example', undefined, 403],
    ['console.latchkey.example', 'http://localhost:8080', 403],
    ['console.latchkey.example', undefined, 200],
  ] as const) {
    const headers = {
      host,
      ...(origin !== undefined && { origin }),
      authorization,
      'content-type': 'application/json',
    };
    expect(await statusOf(headers, JSON.stringify(calling('your_access')))).toBe(status);
  }
  for (const body of ['[]', '{', '"x"', 'null', JSON.stringify([calling('your_access')]), '']) {
    const response = await post(body, { authorization });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: -32_700 } });
  }
  for (const method of ['GET', 'DELETE', 'PUT']) {
    const response = await fetch(`${server.url}/mcp`, { method, headers: { authorization } });
    expect(response.status).toBe(405);
  }
  const large = await post(calling('find_people', { search: 'x'.repeat(200_000) }), { authorization });
  expect(large.status).toBe(413);
  const nested = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"your_access","arguments":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}}`;
  expect((await post(nested, { authorization })).status).toBe(400);
});

test('no tool reads what belongs to another organization', async () => {
  const other = `org-${crypto.randomUUID()}`;
  await permitSdk(server.permit).api.tenants.create({ key: other, name: 'Other' });
  const stranger = await server.join({ tenant: other, role: 'viewer' });
  const mine = await stranger.client.requests.create.mutate({
    target: { kind: 'role', role: 'editor' },
    reason: 'secret reason',
    duration: null,
  });
  const ofRoot = await connect(root);
  const id = Object(mine).id ?? crypto.randomUUID();
  const answers = await Promise.all(
    (await ofRoot.tools()).map(async (name) =>
      ofRoot.call(name, {
        subject: stranger.key,
        person: stranger.key,
        permission: 'reports:view',
        id,
        requester: stranger.key,
        search: stranger.key,
      }),
    ),
  );
  expect(JSON.stringify(answers)).not.toContain('secret reason');
  const { structuredContent } = await ofRoot.call('access_of_person', { subject: stranger.key });
  expect(structuredContent).toMatchObject({ code: 'PERSON_NOT_FOUND' });
});
