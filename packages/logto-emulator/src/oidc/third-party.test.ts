import type { RequestListener } from 'node:http';
import { listen } from '@latchkey/emulator-kit';
import { assert, asyncProperty, boolean, pre, record, subarray } from 'fast-check';
import { decodeJwt } from 'jose';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { start } from '../start.ts';
import {
  authorization,
  createBrowser,
  requestToken,
  type Browser,
  type Client,
  type TokenResponse,
} from '../testing/browser.ts';
import { api, manager, seed, type Manage } from '../testing/fixtures.ts';

const organizations = 'urn:logto:scope:organizations';
const ceiling = {
  userScopes: ['profile' as const, organizations as 'urn:logto:scope:organizations'],
  resourceScopes: [
    { resource: api, name: 'read:things' },
    { resource: api, name: 'manage:members' },
  ],
  organizationScopes: ['manage:members'],
  organizationResourceScopes: [{ resource: api, name: 'write:things' }],
};

const logto = await start({
  seed: {
    ...seed,
    roles: [
      {
        name: 'reader',
        scopes: [
          { resource: api, name: 'read:things' },
          { resource: api, name: 'manage:members' },
        ],
      },
    ],
    organizationRoles: [
      {
        name: 'org-admin',
        scopes: ['manage:members', 'view:billing'],
        resourceScopes: [{ resource: api, name: 'write:things' }],
      },
    ],
    resources: [
      {
        name: 'API',
        indicator: api,
        scopes: [
          { name: 'read:things', description: 'Read your things' },
          { name: 'write:things', description: 'Change your things' },
          { name: 'manage:members' }, // Also the name of an organization scope.
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

async function connect(
  client: Client,
  organization = 'acme00000000',
  scopes: readonly string[] = ['read:things', 'write:things'],
): Promise<TokenResponse> {
  const requested = `openid offline_access profile ${organizations} ${scopes.join(' ')}`;
  const { browser, verifier, page } = await toConsent(client, { scope: requested.trim() });
  const { leaves } = await browser.submit(page, '/consent', organization === '' ? {} : { organization });
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

const kinds = ['resource-scopes', 'organization-resource-scopes'] as const;
type Ceiling = Readonly<Record<(typeof kinds)[number], readonly string[]>>;

async function setCeiling(
  path: string,
  wanted: Ceiling,
  ids: Readonly<Record<string, string>>,
): Promise<void> {
  const named = (names: readonly string[]) => names.map((name) => ids[name]);
  for (const kind of kinds)
    for (const id of Object.values(ids)) await manage('DELETE', `${path}/${kind}/${id}`); // oxlint-disable-line no-await-in-loop -- one after the other
  await manage('POST', path, {
    resourceScopes: named(wanted['resource-scopes']),
    organizationResourceScopes: named(wanted['organization-resource-scopes']),
  });
}

const names = ['read:things', 'write:things'];
const some = subarray(names);
const ceilings = record({ 'resource-scopes': some, 'organization-resource-scopes': some });

/** Ada has `read:things` by a role, and in Acme also `write:things`. */
const grantable = (of: Ceiling, inAcme: boolean): string[] =>
  names.filter(
    (name) =>
      (name === 'read:things' && of['resource-scopes'].includes(name)) ||
      (inAcme && of['organization-resource-scopes'].includes(name)),
  );

test.each(clients)(
  '%s: a token has the scopes that are requested, granted, held and still in the ceiling',
  async (_, client, path) => {
    const ids = await scopeIds(path);
    await assert(
      asyncProperty(some, ceilings, ceilings, boolean(), async (requested, before, after, inAcme) => {
        await logto.reset();
        await setCeiling(path, before, ids);
        const granted = grantable(before, inAcme).filter((name) => requested.includes(name));
        const isShown = requested.some((name) => Object.values(before).flat().includes(name));
        pre(client === dynamic || !isShown || granted.length > 0); // The next test is about this.
        const first = await connect(client, inAcme ? 'acme00000000' : '', requested);
        expect(String(claims(first)['scope']).split(' ')).toEqual(granted.length === 0 ? [''] : granted);

        await setCeiling(path, after, ids);
        const allowed = [...after['resource-scopes'], ...after['organization-resource-scopes']];
        const left = granted.filter((name) => allowed.includes(name));
        expect(claims(await refresh(client, first))['scope']).toBe(left.join(' '));
      }),
      { numRuns: 12 },
    );
  },
);

test('the page of an application of which nothing can be granted opens again, as in Logto', async () => {
  const { browser, page } = await toConsent(agent, { scope: 'openid write:things' });
  const again = await browser.submit(page, '/consent', {});
  expect(again.text).toContain('action="/consent');
});

test.each(clients)('%s: a scope of the user outside of the ceiling is refused', async (_, client) => {
  const { url } = authorization(client, { scope: 'openid email' });
  const { leaves } = await createBrowser(logto.url).open(url);
  expect(leaves?.searchParams.get('error')).toBe('invalid_scope');
});

test.each(clients)('%s: a refresh for an organization needs the consent to it', async (_, client) => {
  await manage('POST', '/organizations/globex000000/users', { userIds: ['ada000000000'] });
  const first = await connect(client);
  const denied = { status: 403, body: { error: 'access_denied' } };
  expect(await refresh(client, first, { organization_id: 'globex000000' })).toMatchObject(denied);
  expect(await refresh(client, first, { organization_id: 'acme00000000' })).toMatchObject({ status: 200 });
});

const organizationToken = ({ clientId }: Client, { body }: TokenResponse): Promise<TokenResponse> =>
  requestToken(logto.url, {
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: String(body['refresh_token']),
    organization_id: 'acme00000000',
  });

async function connectWithOrganizationScopes(client: Client, resource: string[]): Promise<TokenResponse> {
  const { browser, verifier, page } = await toConsent(client, {
    scope: `${scope} manage:members view:billing`,
    resource,
  });
  const { leaves } = await browser.submit(page, '/consent', { organization: 'acme00000000' });
  return redeem(client, leaves?.searchParams.get('code'), verifier);
}

const withOrganizations = [api, 'urn:logto:resource:organizations'];

test.each(clients)(
  '%s: an organization token has the granted scopes of the organization',
  async (_, client) => {
    const first = await connectWithOrganizationScopes(client, withOrganizations);
    expect(claims(await organizationToken(client, first))).toMatchObject({
      aud: 'urn:logto:organization:acme00000000',
      scope: 'manage:members',
    });
  },
);

test('an organization token of a CIMD client has no scope that has only the name of a granted one', async () => {
  const first = await connectWithOrganizationScopes(dynamic, [api]);
  expect(claims(first)['scope']).toContain('manage:members');
  expect(claims(await organizationToken(dynamic, first))).toMatchObject({ scope: '' });
});

test.each(clients)('%s: an organization scope that left the ceiling is gone', async (_, client, path) => {
  const first = await connectWithOrganizationScopes(client, withOrganizations);
  const [{ id }] = Object((await manage('GET', path)).body).organizationScopes;
  await manage('DELETE', `${path}/organization-scopes/${id}`);
  const resource = 'urn:logto:resource:organizations';
  expect(claims(await refresh(client, first, { resource }))).toMatchObject({ scope: '' });
});

test('an organization token of a CIMD client loses a scope with the ceiling', async () => {
  const first = await connectWithOrganizationScopes(dynamic, withOrganizations);
  const path = '/cimd/user-consent-scopes';
  const [{ id }] = Object((await manage('GET', path)).body).organizationScopes;
  await manage('DELETE', `${path}/organization-scopes/${id}`);
  expect(claims(await organizationToken(dynamic, first))).toMatchObject({ scope: '' });
});

test.each(clients)('%s: leaving an organization ends the consent to it', async (_, client) => {
  const first = await connect(client);
  const ada = { userIds: ['ada000000000'] };
  await manage('DELETE', '/organizations/acme00000000/users/ada000000000');
  await manage('POST', '/organizations/acme00000000/users', ada);
  expect(await refresh(client, first, { organization_id: 'acme00000000' })).toMatchObject({ status: 403 });

  const second = await connect(client);
  await manage('PUT', '/organizations/acme00000000/users', { userIds: [] });
  await manage('PUT', '/organizations/acme00000000/users', ada);
  expect(await refresh(client, second, { organization_id: 'acme00000000' })).toMatchObject({ status: 403 });
});

const grantsOfAda = async (): Promise<unknown> =>
  Object((await manage('GET', '/users/ada000000000/grants')).body).grants;

test('each consent of a CIMD client makes a grant, which has at most one organization', async () => {
  await manage('POST', '/organizations/globex000000/users', { userIds: ['ada000000000'] });
  const { browser, verifier, page } = await toConsent(dynamic);
  const { leaves } = await browser.submit(page, '/consent', { organization: 'acme00000000' });
  const acme = await redeem(dynamic, leaves?.searchParams.get('code'), verifier);

  const again = authorization(dynamic, { scope, resource: api });
  const second = await browser.submit(await browser.open(again.url), '/consent', {
    organization: 'globex000000',
  });
  const globex = await redeem(dynamic, second.leaves?.searchParams.get('code'), again.verifier);

  const refused = { status: 403 };
  expect(await refresh(dynamic, acme, { organization_id: 'globex000000' })).toMatchObject(refused);
  expect(await refresh(dynamic, globex, { organization_id: 'acme00000000' })).toMatchObject(refused);
  expect(await refresh(dynamic, globex, { organization_id: 'globex000000' })).toMatchObject({ status: 200 });
  expect(await grantsOfAda()).toHaveLength(2);
});

test('a grant shows the name that the CIMD client had at the consent, or else its id', async () => {
  await connect(dynamic);
  await manage('PATCH', '/configs/cimd', {}); // Forgets the cached document.
  answer = serve({ ...document, client_name: undefined });
  await connect(dynamic);
  expect(await grantsOfAda()).toMatchObject([
    { application: { id: dynamic.clientId, name: 'Editor' } },
    { application: { id: dynamic.clientId, name: dynamic.clientId } },
  ]);
});

test('a CIMD client is named in `cimdClientId` of logs, events, sessions and users, and not in `applicationId`', async () => {
  const received: Record<string, unknown>[] = [];
  answer = (request, response) => {
    if (request.url !== '/hook') return serve(document)(request, response);
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => received.push(JSON.parse(body)) && response.end());
  };
  await manage('POST', '/hooks', {
    name: 'Hook',
    events: ['PostSignIn'],
    config: { url: `${site.url}/hook` },
  });
  await connect(dynamic);
  await logto.settled();
  const named = { cimdClientId: dynamic.clientId };
  expect(received).toMatchObject([named]);
  const { body } = await manage('GET', '/logs');
  const logs: { payload: object }[] = Object(body).filter(
    ({ key }: { key: string }) => !key.startsWith('Trigger'),
  );
  expect(logs).toMatchObject([{ payload: named }, { payload: named }]);
  for (const { payload } of [...logs, { payload: received[0] ?? {} }])
    expect(payload).not.toHaveProperty('applicationId');

  answer = (_, response) => void response.writeHead(404).end();
  await manage('PATCH', '/configs/cimd', {}); // Forgets the cached document.
  await redeem(dynamic, 'code', 'verifier');
  const [failed] = Object((await manage('GET', '/logs')).body);
  expect(failed).toMatchObject({ payload: { ...named, result: 'Error' } });

  expect((await manage('GET', '/users/ada000000000')).body).toMatchObject({ ...named, applicationId: null });
  expect((await manage('GET', '/users/ada000000000/sessions')).body).toMatchObject({
    sessions: [{ ...named, clientId: null }],
  });
});

test('a session that is ended with `revokeGrantsTarget=firstParty` leaves the grants of third parties', async () => {
  const first = await connect(agent);
  const { body } = await manage('GET', '/users/ada000000000/sessions');
  const [{ payload }] = Object(body).sessions;
  await manage('DELETE', `/users/ada000000000/sessions/${payload.uid}?revokeGrantsTarget=firstParty`);
  expect(await refresh(agent, first)).toMatchObject({ status: 200 });
});

const consentApi = async (browser: Browser, body?: object) => {
  const response = await browser.fetch(`${logto.url}/api/interaction/consent`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: Object(await response.json()) };
};

const shown = (name: string, description: string) => ({ id: expect.any(String), name, description });

test.each(clients)('%s: a custom consent page reads and submits the consent', async (_, client) => {
  const { browser, verifier } = await toConsent(client);
  const resource = { id: expect.any(String), name: 'API', indicator: api };
  expect(await consentApi(browser)).toEqual({
    status: 200,
    body: {
      application: { id: client.clientId, name: client === agent ? 'Agent' : 'Editor' },
      user: {
        id: 'ada000000000',
        name: 'Ada',
        avatar: null,
        username: 'ada',
        primaryEmail: 'ada@example.test',
        primaryPhone: null,
      },
      organizations: [
        {
          id: 'acme00000000',
          name: 'Acme',
          missingResourceScopes: [{ resource, scopes: [shown('write:things', 'Change your things')] }],
        },
      ],
      missingOIDCScope: ['profile', organizations],
      missingResourceScopes: [{ resource, scopes: [shown('read:things', 'Read your things')] }],
      redirectUri: client.redirectUri,
    },
  });
  const { body } = await consentApi(browser, { organizationIds: ['acme00000000'] });
  const { leaves } = await browser.open(body.redirectTo);
  const tokens = await redeem(client, leaves?.searchParams.get('code'), verifier);
  expect(claims(tokens)).toMatchObject({ scope: 'read:things write:things' });
});

test.each(clients)('%s: a consent cannot name the organization of others', async (_, client) => {
  const { browser } = await toConsent(client);
  expect(await consentApi(browser, { organizationIds: ['globex000000'] })).toMatchObject({
    status: 422,
    body: { code: 'organization.require_membership' },
  });
});

test('the consent to a CIMD client cannot name two organizations', async () => {
  await manage('POST', '/organizations/globex000000/users', { userIds: ['ada000000000'] });
  const organizationIds = ['acme00000000', 'globex000000'];
  const { browser } = await toConsent(dynamic);
  expect(await consentApi(browser, { organizationIds })).toMatchObject({
    status: 400,
    body: { code: 'oidc.invalid_request' },
  });
  const other = await toConsent(agent);
  expect(await consentApi(other.browser, { organizationIds })).toMatchObject({ status: 200 });
});

test('a redirect URI that the document no longer has is refused at the consent', async () => {
  const { browser, page } = await toConsent(dynamic);
  answer = serve({ ...document, redirect_uris: ['http://127.0.0.1/other'] });
  await manage('PATCH', '/configs/cimd', {}); // Forgets the cached document.
  expect(await browser.submit(page, '/consent', {})).toMatchObject({ status: 400, leaves: undefined });
});

test('there is no consent without a sign-in', async () => {
  expect(await consentApi(createBrowser(logto.url))).toMatchObject({
    status: 400,
    body: { code: 'session.not_found' },
  });
});

test.each(clients)('%s: `signIn` consents without a page', async (_, { clientId: app }) => {
  const options = { app, resource: api, organizationId: 'acme00000000' };
  const { accessToken } = await logto.signIn('ada', options);
  expect(decodeJwt(accessToken)).toMatchObject({
    aud: api,
    client_id: app,
    organization_id: 'acme00000000',
    scope: 'read:things manage:members write:things',
  });
  await expect(logto.signIn('bob', options)).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
});
