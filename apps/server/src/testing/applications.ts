import { policy } from '@latchkey/policy';
import type { Seed } from '@latchkey/logto-emulator';
import { testMcpResource, type TestIssuer } from './test-issuer.ts';
import type { TestServer } from './test-server.ts';

const scopes = Object.keys(policy.scopes);

/** The application in `seedWithApplication`, which calls the MCP server for people. */
export const agentApp = 'agent-app';

/** A user role that can grant every scope of the MCP server. */
export const connects = 'connects';

/** Logto with the MCP server's scopes, which `agentApp` and clients that describe themselves may ask for. */
export const seedWithApplication: Seed = {
  resources: [
    { name: 'MCP', indicator: testMcpResource, scopes: scopes.map((name) => ({ name, description: name })) },
  ],
  roles: [
    {
      id: connects,
      name: connects,
      scopes: scopes.map((name) => ({ resource: testMcpResource, name })),
    },
  ],
  applications: [
    {
      id: agentApp,
      name: 'Agent',
      type: 'Native',
      isThirdParty: true,
      redirectUris: ['http://localhost:9/'],
      consentScopes: {
        userScopes: ['profile'],
        resourceScopes: scopes.map((name) => ({ resource: testMcpResource, name })),
      },
    },
  ],
  cimd: {
    loopbackDocuments: true,
    userScopes: ['profile'],
    resourceScopes: scopes.map((name) => ({ resource: testMcpResource, name })),
  },
};

export interface ThroughApplication {
  readonly clientId?: string;
  /** The organization in the token. Default: none. */
  readonly organization?: string | undefined;
  readonly scopes?: readonly string[];
  readonly claims?: Record<string, unknown>;
}

/** Signs a token with which an application calls the MCP server for a person. */
export function tokenThrough(
  issuer: TestIssuer,
  sub: string,
  { clientId = agentApp, organization, scopes: held = scopes, claims = {} }: ThroughApplication = {},
): Promise<string> {
  return issuer.sign({
    sub,
    aud: testMcpResource,
    client_id: clientId,
    scope: held.join(' '),
    ...(organization !== undefined && { organization_id: organization }),
    ...claims,
  });
}

/** Calls the MCP server, at the address of an organization if one is named. Resolves to `ok` or the code of the refusal. */
export async function callThrough(
  { url }: Pick<TestServer, 'url'>,
  token: string,
  { at, message = ping }: { readonly at?: string | undefined; readonly message?: object } = {},
): Promise<string> {
  const { status, body } = await answerThrough({ url }, token, { at, message });
  return status === 200 ? 'ok' : String(body.code);
}

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };

export async function answerThrough(
  { url }: Pick<TestServer, 'url'>,
  token: string,
  { at, message = ping }: { readonly at?: string | undefined; readonly message?: object } = {},
) {
  const response = await fetch(`${url}/mcp${at === undefined ? '' : `/${at}`}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify(message),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text.startsWith('{') ? Object(JSON.parse(text)) : Object({ text }),
  };
}

export const calling = (name: string, given: object = {}): object => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: given },
});
