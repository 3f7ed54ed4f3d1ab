import type { RequestListener } from 'node:http';
import { listen } from '@latchkey/emulator-kit';
import { decodeJwt } from 'jose';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { start } from '../start.ts';
import {
  authorization,
  createBrowser,
  requestToken,
  type Client,
  type TokenResponse,
} from '../testing/browser.ts';
import { api, manager, seed, type Manage } from '../testing/fixtures.ts';

const organizations = 'urn:logto:scope:organizations';
const ceiling = {
  userScopes: ['profile' as const, organizations as 'urn:logto:scope:organizations'],
  resourceScopes: [{ resource: api, name: 'read:things' }],
  organizationScopes: ['manage:members'],
  organizationResourceScopes: [{ resource: api, name: 'write:things' }],
};

const logto = await start({
  seed: {
    ...seed,
    resources: [
      {
        name: 'API',
        indicator: api,
        scopes: [
          { name: 'read:things', description: 'Read your things' },
          { name: 'write:things', description: 'Change your things' },
        ],
      },
    ],
    applications: [
      ...seed.applications,
      {
        id: 'agent-app',
        name: 'Agent',
        type: 'Native',
        isThirdParty: true,
        redirectUris: ['http://localhost:5190/callback'],
        consentScopes: ceiling,
      },
    ],
    cimd: { loopbackDocuments: true, ...ceiling },
  },
});
const manage: Manage = await manager(logto);
let answer: RequestListener = () => {};
const site = await listen((request, response) => answer(request, response), { port: 0 });
afterAll(() => Promise.all([site.close(), logto.close()]));

const agent: Client = {
  endpoint: logto.url,
  clientId: 'agent-app',
  redirectUri: 'http://localhost:5190/callback',
};
const dynamic: Client = {
  endpoint: logto.url,
  clientId: `https://localhost:${new URL(site.url).port}/client.json`,
  redirectUri: 'http://127.0.0.1:7001/callback',
};
const document = {
  client_id: dynamic.clientId,
  client_name: 'Editor',
  redirect_uris: ['http://127.0.0.1/callback'],
  token_endpoint_auth_method: 'none',
  // Ignored, as in Logto.
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  scope: 'everything',
};
const serve =
  (fields: object, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    void response
      .writeHead(200, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(fields));

beforeEach(async () => {
  await logto.reset();
  answer = serve(document);
});

const scope = `openid offline_access profile ${organizations} read:things write:things`;
const ada = { identifier: 'ada', password: 'correct horse' };

async function toConsent(client: Client, parameters: Record<string, string | string[]> = {}) {
  const browser = createBrowser(logto.url);
  const { url, verifier } = authorization(client, { scope, resource: api, ...parameters });
  const signIn = await browser.open(url);
  return { browser, verifier, page: await browser.submit(signIn, '/sign-in', ada) };
}

const redeem = (client: Client, code: string | null | undefined, verifier: string): Promise<TokenResponse> =>
  requestToken(logto.url, {
    grant_type: 'authorization_code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    code: code ?? '',
    code_verifier: verifier,
    resource: api,
  });

async function connect(client: Client, organization = 'acme00000000'): Promise<TokenResponse> {
  const { browser, verifier, page } = await toConsent(client);
  const { leaves } = await browser.submit(page, '/consent', { organization });
  return redeem(client, leaves?.searchParams.get('code'), verifier);
}

const refresh = (client: Client, { body }: TokenResponse, more: Record<string, string> = {}) =>
  requestToken(logto.url, {
    grant_type: 'refresh_token',
    client_id: client.clientId,
    refresh_token: String(body['refresh_token']),
    resource: api,
    ...more,
  });

const claims = ({ body }: TokenResponse) => decodeJwt(String(body['access_token']));

const scopeIds = async (path: string): Promise<Record<string, string>> => {
  const { body } = await manage('GET', path);
  const { resourceScopes, organizationResourceScopes } = Object(body);
  const scopes = [...resourceScopes, ...organizationResourceScopes].flatMap((entry) => entry.scopes);
  return Object.fromEntries(scopes.map(({ name, id }: { name: string; id: string }) => [name, id]));
};

const clients = [
  ['a third-party application', agent, '/applications/agent-app/user-consent-scopes'],
  ['a CIMD client', dynamic, '/cimd/user-consent-scopes'],
] as const;

test.each(clients)('%s: consent, code, token, and refresh with the organization', async (_, client) => {
  const { page } = await toConsent(client);
  for (const words of ['Read your things', 'Change your things', 'See your organizations', 'Acme'])
    expect(page.text).toContain(words);

  const first = await connect(client);
  expect(claims(first)).toMatchObject({
    aud: api,
    client_id: client.clientId,
    sub: 'ada000000000',
    scope: 'read:things write:things',
  });
  const second = await refresh(client, first, { organization_id: 'acme00000000' });
  expect(claims(second)).toMatchObject({ aud: api, organization_id: 'acme00000000' });
});

test.each(clients)(
  '%s: a scope that left the ceiling is gone with the next refresh',
  async (_, client, path) => {
    const first = await connect(client);
    const ids = await scopeIds(path);
    expect(await manage('DELETE', `${path}/resource-scopes/${ids['read:things']}`)).toMatchObject({
      status: 204,
    });
    expect(claims(await refresh(client, first))).toMatchObject({ scope: 'write:things' });
  },
);

test.each(clients)('%s: after the deletion of the grant, a refresh is refused', async (_, client) => {
  const first = await connect(client);
  const { body } = await manage('GET', '/users/ada000000000/grants?appType=thirdParty');
  expect(body).toMatchObject({
    grants: [{ payload: { kind: 'Grant', clientId: client.clientId }, application: { id: client.clientId } }],
  });
  expect(await manage('GET', '/users/ada000000000/grants?appType=firstParty')).toMatchObject({
    body: { grants: [] },
  });
  const [{ id }] = Object(body).grants;
  expect((await manage('DELETE', `/users/ada000000000/grants/${id}`)).status).toBe(204);
  expect(await refresh(client, first)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});
