import { afterAll, expect, test } from 'vitest';
import { start } from '../start.ts';
import { authorization, createBrowser } from '../testing/browser.ts';
import { idOf, manager, type Manage } from '../testing/fixtures.ts';
import { recordings, type Recording, shapeOf } from '../testing/recordings.ts';
import { createReceiver } from '../testing/receiver.ts';
import { hookEvents } from './events.ts';

const userAgent = 'LogtoLab/1.0 (driver)';
let manage: Manage;

/** In the order of the recordings, because some values (a null, a profile) depend on earlier calls. */
async function raiseEvents(): Promise<void> {
  const { url } = logto;
  const client = { endpoint: url, clientId: 'spa', redirectUri: 'http://localhost:5173/callback' };
  const resourceId = idOf(
    await manage('POST', '/resources', { name: 'Things', indicator: 'https://things.example.test' }),
  );
  const scope = async (name: string) =>
    idOf(await manage('POST', `/resources/${resourceId}/scopes`, { name, description: name }));
  const [read, write] = [await scope('read:things'), await scope('write:things')];
  const role = idOf(
    await manage('POST', '/roles', { name: 'Lab', description: 'has read:things', scopeIds: [read] }),
  );

  const signUp = async (identifier: string) => {
    const browser = createBrowser(url, { 'user-agent': userAgent });
    const page = await browser.open(authorization(client, { first_screen: 'register' }).url);
    await browser.submit(page, '/register', { identifier, password: 'long enough' });
  };
  await signUp('alice');
  await signUp('alice2');

  const bob = { username: 'bob', primaryEmail: 'bob@example.test', name: 'Bob', password: 'long enough' };
  const bobId = idOf(await manage('POST', '/users', bob));
  await manage('PATCH', `/users/${bobId}`, { name: 'Bob Renamed', primaryEmail: 'bob2@example.test' });
  await manage('PATCH', `/users/${bobId}/custom-data`, { customData: { plan: 'pro' } });
  await manage('PATCH', `/users/${bobId}/profile`, { profile: { givenName: 'Bob' } });
  await manage('PATCH', `/users/${bobId}/password`, { password: 'longer still' });
  await manage('PATCH', `/users/${bobId}/is-suspended`, { isSuspended: true });
  await manage('PATCH', `/users/${bobId}/is-suspended`, { isSuspended: false });

  const orgScope = idOf(
    await manage('POST', '/organization-scopes', { name: 'manage', description: 'manage' }),
  );
  await manage('POST', '/organization-roles', {
    name: 'org-admin',
    description: 'admin',
    organizationScopeIds: [orgScope],
  });
  const member = idOf(
    await manage('POST', '/organization-roles', { name: 'org-member', description: 'member' }),
  );
  const organization = { name: 'Acme', description: 'lab org', customData: { k: 1 } };
  const acme = idOf(await manage('POST', '/organizations', organization));
  await manage('PATCH', `/organizations/${acme}`, { name: 'Acme renamed' });
  const [alice] = Object((await manage('GET', '/users?search.username=alice2&mode.username=exact')).body);
  await manage('POST', `/organizations/${acme}/users`, { userIds: [bobId, alice.id] });
  await manage('DELETE', `/organizations/${acme}/users/${bobId}`);
  await manage('PUT', `/organization-roles/${member}/scopes`, { organizationScopeIds: [orgScope] });
  await manage('PATCH', `/organization-roles/${member}`, { description: 'member v2' });
  await manage('PATCH', `/organization-scopes/${orgScope}`, { description: 'manage v2' });
  await manage('PATCH', `/roles/${role}`, { description: 'v2' });
  await manage('POST', `/roles/${role}/scopes`, { scopeIds: [write] });
  await manage('DELETE', `/roles/${role}/scopes/${write}`);
  await manage('DELETE', `/users/${bobId}`);
  await manage('DELETE', `/organizations/${acme}`);
  await manage('DELETE', `/organization-roles/${member}`);

  const browser = createBrowser(url, { 'user-agent': userAgent });
  const page = await browser.open(authorization(client).url);
  await browser.submit(page, '/sign-in', { identifier: 'alice2', password: 'long enough' });
}

const receiver = await createReceiver();
const logto = await start({
  seed: {
    applications: [
      {
        id: 'spa',
        name: 'Lab SPA',
        type: 'SPA',
        description: 'acceptance SPA',
        redirectUris: ['http://localhost:5173/callback'],
      },
    ],
    hooks: [{ name: 'All', events: [...hookEvents], url: receiver.url }],
  },
});
manage = await manager(logto);
await raiseEvents();
await logto.settled();
afterAll(async () => {
  await logto.close();
  await receiver.close();
});

const route = (event: Recording['event']): string =>
  `${String(event['method'])} ${String(event['matchedRoute'])}`;

/** The emulator's sign-up asks for only one identifier. */
const signedUpWithMore = (event: Recording['event']): boolean =>
  event['event'] === 'PostRegister' && Object(event['user']).primaryEmail !== null;

test.each(
  recordings()
    .filter(({ event }) => !signedUpWithMore(event))
    .map(({ event }) => [`${String(event['event'])} ${route(event)}`, event] as const),
)('%s has the keys, types and order of the recorded delivery', (_, recorded) => {
  const own = receiver.received.filter(
    ({ event }) => event['event'] === recorded['event'] && route(event) === route(recorded),
  );
  expect(own.map(({ event }) => JSON.stringify(shapeOf(event)))).toContain(JSON.stringify(shapeOf(recorded)));
});

const find = (name: string) => receiver.received.find(({ event }) => event['event'] === name)?.event;

test('ids have the same length as in Logto', () => {
  expect(find('User.Created')?.['data']).toMatchObject({ id: expect.stringMatching(/^[a-z0-9]{12}$/) });
  expect(find('Organization.Created')?.['data']).toMatchObject({
    id: expect.stringMatching(/^[a-z0-9]{12}$/),
  });
  expect(find('Role.Created')?.['data']).toMatchObject({ id: expect.stringMatching(/^[a-z0-9]{21}$/) });
  expect(find('User.Created')?.['hookId']).toMatch(/^[a-z0-9]{21}$/);
  expect(find('PostRegister')?.['sessionId']).toMatch(/^[\w-]{43}$/);
});
