import { createServer } from 'node:http';
import * as sdk2 from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { policy } from '@latchkey/policy';
import { expect, test } from 'vitest';
import { afterFile } from '../../testing/after-file.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { portOf } from '../../testing/serve.ts';
import { testAudience, testClient, testMcpResource } from '../../testing/test-issuer.ts';
import { startTestLogto } from '../../testing/test-logto.ts';
import { startTestServer, startUpstreams } from '../../testing/test-server.ts';

const redirectUri = 'http://localhost:7001/callback';
const scopes = Object.entries(policy.scopes).map(([name, { name: description }]) => ({ name, description }));
const every = scopes.map(({ name }) => ({ resource: testMcpResource, name }));
const ceiling = {
  userScopes: ['profile' as const, 'urn:logto:scope:organizations' as const],
  resourceScopes: every,
  organizationResourceScopes: every,
};

/** Serves the metadata of a client that Logto does not know (CIMD). */
const documents = createServer((_, response) => {
  response.setHeader('content-type', 'application/json').end(
    JSON.stringify({
      client_id: dynamic,
      client_name: 'Latchkey',
      redirect_uris: ['http://localhost/callback'],
      token_endpoint_auth_method: 'none',
    }),
  );
}).listen(0, '127.0.0.1');
await new Promise((resolve) => documents.once('listening', resolve));
const dynamic = `https://localhost:${portOf(documents.address())}/client.json`;
afterFile(async () => documents.close());

const logto = await startTestLogto({
  applications: [
    { id: testClient, name: 'Console', type: 'SPA', redirectUris: ['http://localhost:5173/callback'] },
    {
      id: 'mcp-clients',
      name: 'MCP clients',
      type: 'Native',
      isThirdParty: true,
      redirectUris: [redirectUri],
      consentScopes: ceiling,
    },
  ],
  cimd: { loopbackDocuments: true, ...ceiling },
  resources: [
    { name: 'Latchkey API', indicator: testAudience },
    { name: 'Latchkey MCP', indicator: testMcpResource, scopes },
  ],
  roles: [
    { id: 'reads', name: 'Reads', scopes: every.filter(({ name }) => name === 'access:read') },
    { id: 'asks', name: 'Asks', scopes: every.filter(({ name }) => name === 'requests:write') },
  ],
});
const upstreams = await startUpstreams();
const { issuer } = logto.emulator;
const server = await startTestServer({
  logto: logto.management,
  consoleUrl: new URL(testMcpResource).origin,
  upstreams: {
    permit: upstreams.permit,
    issuer: {
      ...upstreams.issuer,
      issuer,
      jwksUrl: `${issuer}/jwks`,
      // The console's tokens.
      sign: async ({ sub = '', organization_id: organizationId } = {}) => {
        const options = { app: testClient, resource: testAudience };
        const tokens = await logto.emulator.signIn(
          sub,
          typeof organizationId === 'string' ? { ...options, organizationId } : options,
        );
        return tokens.accessToken;
      },
    },
  },
});

/** The console is at its public address for the client. */
const fetchThere = (url: string | URL, init?: RequestInit): Promise<Response> =>
  fetch(String(url).replace(new URL(testMcpResource).origin, server.url), init);

/** What a client stores. The person signs in and consents in a browser, which follows the redirects. */
class Connection implements sdk2.OAuthClientProvider {
  readonly redirectUrl = redirectUri;
  readonly clientMetadata: sdk2.OAuthClientProvider['clientMetadata'] = {
    client_name: 'Client',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
  };
  readonly clientMetadataUrl?: string;
  readonly person: string;
  requested = new URLSearchParams();
  answer = new URLSearchParams();
  #client: sdk2.StoredOAuthClientInformation | undefined;
  #discovered: sdk2.OAuthDiscoveryState | undefined;
  #tokens: sdk2.StoredOAuthTokens | undefined;
  #verifier = '';
  constructor(client: string, person: string) {
    this.person = person;
    if (client.startsWith('https:')) this.clientMetadataUrl = client;
    else this.#client = { client_id: client, issuer };
  }
  clientInformation = () => this.#client;
  saveClientInformation = (client: sdk2.StoredOAuthClientInformation) => void (this.#client = client);
  discoveryState = () => this.#discovered;
  saveDiscoveryState = (state: sdk2.OAuthDiscoveryState) => void (this.#discovered = state);
  tokens = () => this.#tokens;
  saveTokens = (tokens: sdk2.StoredOAuthTokens) => void (this.#tokens = tokens);
  codeVerifier = () => this.#verifier;
  saveCodeVerifier = (verifier: string) => void (this.#verifier = verifier);
  async redirectToAuthorization(authorization: URL): Promise<void> {
    this.requested = authorization.searchParams;
    const jar = new Map<string, string>();
    let url = new URL(authorization);
    url.searchParams.set('emulator_user', this.person);
    while (url.origin === new URL(issuer).origin) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
      for (const set of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        jar.set(name, value);
      }
      const location = response.headers.get('location');
      if (location === null) throw new Error(await response.text());
      url = new URL(location, url);
    }
    this.answer = url.searchParams;
  }
}

interface Connected {
  readonly tools: () => Promise<string[]>;
  readonly call: (name: string, given?: Record<string, unknown>) => Promise<unknown>;
}

/** Opens a client of one SDK. A second one takes over after a sign-in, as in an application that was reloaded. */
type Sdk = (
  connection: Connection,
  organization?: string,
) => { connect(): Promise<Connected>; finish(): Promise<void> };

const urlOf = (organization?: string): URL =>
  new URL(organization === undefined ? testMcpResource : `${testMcpResource}/${organization}`);
const sdks: Record<string, Sdk> = {
  'SDK 2': (connection, organization) => {
    const options = { authProvider: connection, fetch: fetchThere };
    const transport = new sdk2.StreamableHTTPClientTransport(urlOf(organization), options);
    const client = new sdk2.Client({ name: 'Client', version: '1' });
    return {
      async connect() {
        await client.connect(transport);
        return {
          tools: async () => (await client.listTools()).tools.map(({ name }) => name),
          call: (name, given = {}) => client.callTool({ name, arguments: given }),
        };
      },
      finish: () => transport.finishAuth(connection.answer),
    };
  },
  'SDK 1': (connection, organization) => {
    const transport = new StreamableHTTPClientTransport(urlOf(organization), {
      authProvider: connection,
      fetch: fetchThere,
    });
    const client = new Client({ name: 'Client', version: '1' });
    return {
      async connect() {
        await client.connect(transport);
        return {
          tools: async () => (await client.listTools()).tools.map(({ name }) => name),
          call: (name, given = {}) => client.callTool({ name, arguments: given }),
        };
      },
      finish: () => transport.finishAuth(connection.answer.get('code') ?? ''),
    };
  },
};

/** Runs a step for which the person must sign in or consent first, and again after that. */
async function afterConsent<Result>(
  open: () => ReturnType<Sdk>,
  step: (client: ReturnType<Sdk>) => Promise<Result>,
) {
  const first = open();
  await expect(step(first)).rejects.toThrow(/unauthorized/i);
  await first.finish();
  return step(open());
}

const cases = Object.entries(sdks).flatMap(([sdk, open]) => [
  { name: `${sdk}, a third-party application`, open, id: 'mcp-clients' },
  { name: `${sdk}, a client that Logto does not know`, open, id: dynamic },
]);

test.each(cases)('$name: sign-in, tools, a denial, a step-up and a disconnection', async ({ open, id }) => {
  const person = await logto.newUser({ name: 'Ann' });
  await logto.manage('POST', `/users/${person}/roles`, { roleIds: ['reads'] });
  const connection = new Connection(id, person);
  const reopen = () => open(connection);
  const connected = await afterConsent(reopen, (client) => client.connect());
  expect(connection.requested.get('resource')).toBe(testMcpResource);
  expect(await connected.tools()).toContain('your_access');
  expect(await connected.call('your_access')).toMatchObject({
    structuredContent: { data: { subject: person, tenant: 'default', roles: ['viewer'] } },
  });
  expect(await connected.call('why_you_can_or_cannot', { permission: 'reports:create' })).toMatchObject({
    structuredContent: { data: {} },
  });

  await logto.manage('POST', `/users/${person}/roles`, { roleIds: ['asks'] });
  const asked = { target: { kind: 'role', role: 'editor' }, reason: 'To write', duration: 3600 };
  const answer = await afterConsent(reopen, async (client) =>
    (await client.connect()).call('request_access', asked),
  );
  expect(connection.requested.get('scope')).toContain('requests:write');
  expect(answer).not.toMatchObject({ isError: true });

  const console = await server.as(person);
  await console.applications.disconnect.mutate({ clientId: id });
  const disconnected = open(connection);
  // Logto has revoked the refresh token too, which SDK 2 reports.
  await expect(disconnected.connect()).rejects.toThrow(/unauthorized|grant request is invalid/i);
});

test.each(cases)(
  '$name: the address of an organization works once the person allows it',
  async ({ open, id }) => {
    const person = await logto.newUser({ name: 'Ann' });
    await logto.manage('POST', `/users/${person}/roles`, { roleIds: ['reads'] });
    const acme = await logto.newOrganization('Acme');
    await logto.join(acme, person);
    await permitSdk(server.permit).api.tenants.create({ key: acme, name: 'Acme' });
    await server.directory.provisionUser({ key: person, firstName: 'Ann' }, { role: 'viewer', tenant: acme });
    const connection = new Connection(id, person);
    const first = open(connection, acme);
    await expect(first.connect()).rejects.toThrow(/unauthorized/i);
    await first.finish();
    await expect(open(connection, acme).connect()).rejects.toThrow(/Allow it at https:\/\/console/);
    await (await server.as(person, acme)).applications.allow.mutate({ clientId: id });
    const connected = await open(connection, acme).connect();
    expect(await connected.call('your_access')).toMatchObject({
      structuredContent: { data: { subject: person, tenant: acme, roles: ['viewer'] } },
    });
  },
);
