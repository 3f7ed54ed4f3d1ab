import { once } from 'node:events';
import { createServer } from 'node:http';
import { startLogtoEmulator } from '../testing/start-emulators.ts';
import { afterAll, expect, test } from 'vitest';
import { createLogtoAccounts } from './logto-accounts.ts';
import { startTwoEmulators } from '../testing/two-emulators.ts';
import { idOf } from '../testing/management-api.ts';

const emulators = await startTwoEmulators();
const { manage, deps, logtoConnection } = emulators;
afterAll(() => emulators.close());
const accounts = createLogtoAccounts(logtoConnection);

test('removes the roles with these names from a user, or from a member of an organization, and no others', async () => {
  const user = idOf(await manage('POST', '/users', { username: 'nina' }));
  const organization = idOf(await manage('POST', '/organizations', { name: 'Globex' }));
  await manage('POST', `/users/${user}/roles`, { roleIds: ['staff-admin', 'unmapped'] });
  await manage('POST', `/organizations/${organization}/users`, { userIds: [user] });
  const organizationRoleIds = ['owner', 'guest'];
  await manage('POST', `/organizations/${organization}/users/${user}/roles`, { organizationRoleIds });

  const names = new Set(['Staff admin', 'Staff auditor']);
  expect(await accounts.removeRoles(user, names)).toBe(true);
  expect(await accounts.removeRoles(user, names)).toBe(false);
  expect(await deps.logto.rolesOf(user)).toEqual(['Unmapped']);
  expect(await accounts.removeRoles(user, new Set(['owner']), organization)).toBe(true);
  expect(await deps.logto.organizationsOf(user)).toMatchObject([{ id: organization, roles: ['guest'] }]);

  expect(await accounts.leaveOrganization(user, organization)).toBe(true);
  expect(await accounts.leaveOrganization(user, organization)).toBe(false);
  expect(await accounts.removeRoles(user, new Set(['guest']), organization)).toBe(false);
  expect(await accounts.removeRoles('nobody', names)).toBe(false);
});

test('lists the grants of third-party applications, and deletes one with its refresh tokens', async () => {
  const api = 'https://api.example';
  const consentScopes = {
    userScopes: ['profile' as const],
    resourceScopes: [
      { resource: api, name: 'read' },
      { resource: api, name: 'write' },
    ],
  };
  const redirectUris = ['http://localhost:9/'];
  await using third = await startLogtoEmulator({
    resources: [{ name: 'API', indicator: api, scopes: [{ name: 'read' }, { name: 'write' }] }],
    roles: [{ id: 'reader', name: 'reader', scopes: [{ resource: api, name: 'read' }] }],
    users: [{ id: 'nina', username: 'nina', roles: ['reader'] }],
    applications: [
      { id: 'agent', name: 'Agent', type: 'Native', isThirdParty: true, redirectUris, consentScopes },
      { id: 'other', name: 'Other', type: 'Native', isThirdParty: true, redirectUris, consentScopes },
      { id: 'console', name: 'Console', type: 'SPA', redirectUris },
    ],
  });
  const ofThird = createLogtoAccounts(third.connection);
  const began = Math.floor(Date.now() / 1_000) * 1_000;
  for (const app of ['agent', 'other', 'console'])
    await third.emulator.signIn('nina', { app, resource: api }); // oxlint-disable-line no-await-in-loop -- one after the other
  const grants = await ofThird.grantsOf('nina');
  expect(new Map(grants.map(({ clientId, name }) => [clientId, name]))).toEqual(
    new Map([
      ['agent', 'Agent'],
      ['other', 'Other'],
    ]),
  );
  expect(grants).toHaveLength(2);
  for (const { scopes, issuedAt, expiresAt } of grants) {
    expect(scopes?.get(api)).toEqual(['read']);
    expect(issuedAt).toBeGreaterThanOrEqual(began);
    expect(expiresAt).toBeGreaterThan(issuedAt);
  }
  const id = grants.find(({ clientId }) => clientId === 'agent')?.id ?? '';
  expect(await ofThird.deleteGrant('somebody', id)).toBe(false);
  expect(await ofThird.deleteGrant('nina', id)).toBe(true);
  expect(await ofThird.deleteGrant('nina', id)).toBe(false);
  expect((await ofThird.grantsOf('nina')).map(({ clientId }) => clientId)).toEqual(['other']);
  expect(await ofThird.grantsOf('nobody')).toEqual([]);
});

test('a late 401 does not drop the token that another call has fetched meanwhile', async () => {
  const { logto } = emulators;
  const user = idOf(await manage('POST', '/users', { username: 'olga' }));
  const refused = { status: 401, count: 1 };
  logto.addFault({ path: `/api/users/${user}/roles`, delay: 600_000, ...refused });
  const late = deps.logto.rolesOf(user);
  logto.addFault({ path: `/api/users/${user}/organizations`, ...refused });
  expect(await deps.logto.organizationsOf(user)).toEqual([]);
  // Ends the delay of the first call.
  logto.clearFaults();
  logto.addFault({ path: '/oidc/token', status: 503 });
  expect(await late).toEqual([]);
});

test.each(['.', '..'])(
  'the id %j reaches no other object through a proxy that resolves paths',
  async (id) => {
    const reached: string[] = [];
    await using server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://localhost');
      if (pathname !== '/oidc/token') reached.push(`${request.method} ${pathname}`);
      response.end(JSON.stringify({ access_token: 'token', expires_in: 3_600 }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = Object(server.address()).port;
    const proxied = createLogtoAccounts({ ...logtoConnection, endpoint: `http://127.0.0.1:${port}` });
    expect(await proxied.leaveOrganization(id, 'acme')).toBe(false);
    expect(await proxied.setSuspended(id, true)).toBe(false);
    expect(await proxied.sessionsOf(id)).toBeUndefined();
    server.closeAllConnections();
    expect(reached).toEqual([]);
  },
);
