import { afterAll, beforeEach, expect, test } from 'vitest';
import { start } from '../start.ts';
import { api, manager, seed } from '../testing/fixtures.ts';

const agent = { id: 'agent-app', name: 'Agent', type: 'SPA', isThirdParty: true } as const;
const logto = await start({ seed: { ...seed, applications: [...seed.applications, agent] } });
const manage = await manager(logto);
afterAll(() => logto.close());
beforeEach(() => logto.reset());

const list = async (path: string): Promise<{ id: string; name: string }[]> =>
  Object(await manage('GET', path)).body;

async function scopes() {
  const resources = await list('/resources');
  const scopesOf = (name: string) =>
    list(`/resources/${resources.find((resource) => resource.name === name)?.id}/scopes`);
  const [own, managementApi, organization] = await Promise.all([
    scopesOf('API'),
    scopesOf('Logto Management API'),
    list('/organization-scopes'),
  ]);
  const id = (name: string) => [...own, ...organization].find((scope) => scope.name === name)?.id ?? '';
  return { id, all: managementApi[0]?.id ?? '' };
}

const paths = ['/applications/agent-app/user-consent-scopes', '/cimd/user-consent-scopes'];
const nothing = {
  organizationScopes: [],
  resourceScopes: [],
  organizationResourceScopes: [],
  userScopes: [],
};

test.each(paths)('%s: scopes are added, shown by resource, and removed', async (path) => {
  const { id } = await scopes();
  expect((await manage('GET', path)).body).toEqual(nothing);
  const added = {
    userScopes: ['profile', 'email'],
    resourceScopes: [id('read:things')],
    organizationScopes: [id('manage:members')],
    organizationResourceScopes: [id('write:things'), id('read:things')],
  };
  expect((await manage('POST', path, added)).status).toBe(201);
  expect((await manage('POST', path, added)).status).toBe(201);
  const resource = { id: expect.any(String), name: 'API', indicator: api };
  const scope = (name: string, description: string | null = name) => ({ id: id(name), name, description });
  expect((await manage('GET', path)).body).toEqual({
    organizationScopes: [scope('manage:members', null)],
    resourceScopes: [{ resource, scopes: [scope('read:things')] }],
    organizationResourceScopes: [{ resource, scopes: [scope('write:things'), scope('read:things')] }],
    userScopes: ['profile', 'email'],
  });
  for (const [kind, item] of [
    ['user-scopes', 'profile'],
    ['user-scopes', 'email'],
    ['resource-scopes', id('read:things')],
    ['organization-scopes', id('manage:members')],
    ['organization-resource-scopes', id('write:things')],
    ['organization-resource-scopes', id('read:things')],
  ]) {
    expect((await manage('DELETE', `${path}/${kind}/${item}`)).status).toBe(204); // oxlint-disable-line no-await-in-loop -- one after the other
    expect((await manage('DELETE', `${path}/${kind}/${item}`)).status).toBe(404); // oxlint-disable-line no-await-in-loop -- one after the other
  }
  expect((await manage('GET', path)).body).toEqual(nothing);
});

test.each(paths)('%s: a deleted scope is gone', async (path) => {
  const { id } = await scopes();
  await manage('POST', path, { organizationScopes: [id('manage:members')] });
  await manage('DELETE', `/organization-scopes/${id('manage:members')}`);
  expect((await manage('GET', path)).body).toEqual(nothing);
  expect(await manage('DELETE', `${path}/organization-scopes/${id('manage:members')}`)).toMatchObject({
    status: 404,
    body: { code: 'entity.not_found' },
  });
});

test.each(paths)('%s: refuses scopes that do not exist, and those of the Management API', async (path) => {
  const { id, all } = await scopes();
  expect(await manage('POST', path, { resourceScopes: [id('read:things'), 'x'] })).toMatchObject({
    status: 422,
    body: {
      code: 'application.user_consent_scopes_not_found',
      data: {
        invalidOrganizationScopes: [],
        invalidResourceScopes: ['x'],
        invalidOrganizationResourceScopes: [],
      },
    },
  });
  expect(await manage('POST', path, { organizationResourceScopes: [all] })).toMatchObject({
    status: 422,
    body: { code: 'application.consent_management_api_scopes_not_allowed' },
  });
  expect((await manage('POST', path, { userScopes: ['x'] })).status).toBe(400);
  expect((await manage('DELETE', `${path}/x/y`)).status).toBe(400);
  expect((await manage('GET', path)).body).toEqual(nothing);
});

test('only third-party applications have consent scopes', async () => {
  const refused = { status: 422, body: { code: 'application.third_party_application_only' } };
  expect(await manage('POST', '/applications/spa-app/user-consent-scopes', {})).toMatchObject(refused);
  expect(await manage('GET', '/applications/spa-app/users/ada000000000/consent-organizations')).toMatchObject(
    refused,
  );
  expect((await manage('GET', '/applications/nope/user-consent-scopes')).status).toBe(404);
});

test('the organizations of a consent are those of the user, and are listed and removed', async () => {
  const path = '/applications/agent-app/users/ada000000000/consent-organizations';
  const organizationIds = ['acme00000000'];
  expect((await manage('POST', path, { organizationIds })).status).toBe(201);
  expect((await manage('GET', path)).body).toMatchObject({
    organizations: [{ id: 'acme00000000', name: 'Acme' }],
  });
  expect(await manage('POST', path, { organizationIds: ['globex000000'] })).toMatchObject({
    status: 422,
    body: { code: 'organization.require_membership' },
  });
  await manage('DELETE', '/organizations/acme00000000/users/ada000000000');
  expect((await manage('GET', path)).body).toEqual({ organizations: [] });
});

test('a user withdraws the consent to an organization', async () => {
  const path = '/applications/agent-app/users/ada000000000/consent-organizations';
  await manage('POST', path, { organizationIds: ['acme00000000'] });
  expect((await manage('DELETE', `${path}/acme00000000`)).status).toBe(204);
  expect((await manage('DELETE', `${path}/acme00000000`)).status).toBe(404);
  expect((await manage('GET', path)).body).toEqual({ organizations: [] });
});
