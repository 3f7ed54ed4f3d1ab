import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { webhookDeliveries } from '../tables.ts';
import { deliver } from '../../../testing/deliver.ts';
import { startTestLogto } from '../../../testing/test-logto.ts';
import { startTestServer } from '../../../testing/test-server.ts';

const logto = await startTestLogto();
const server = await startTestServer({ logto: logto.management });

const id = 'ann000000001';
const user = {
  id,
  username: null,
  primaryEmail: null,
  primaryPhone: null,
  name: null,
  avatar: null,
  customData: {},
  identities: {},
  lastSignInAt: 1_795_528_463_297,
  createdAt: 1_795_528_463_256,
  updatedAt: 1_795_528_463_298,
  profile: {},
  applicationId: null,
  isSuspended: false,
};
const application = { id: 'spa', type: 'SPA', name: 'SPA', description: null };
/** The payload of a `Post*` event, which has the user in `user`. */
const interaction = {
  interactionEvent: 'SignIn',
  sessionId: '8feT',
  userAgent: 'x',
  userId: id,
  userIp: '::1',
  user,
  application,
};
/** The payload of an event during a sign-in, which has no request and no `params`. */
const meanwhile = {
  interactionEvent: 'Register',
  userAgent: 'x',
  applicationId: 'spa',
  sessionId: '8feT',
  ip: '::1',
  application,
};
/** Returns the payload of an event that was caused by a request to the Management API. */
const asked = (method: string, matchedRoute: string, params: Readonly<Record<string, string>>) => ({
  userAgent: 'node',
  ip: '::1',
  path: matchedRoute.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? ''),
  method,
  status: 200,
  params,
  matchedRoute,
});

const ofUser = [`user:${id}`];
const ofOrganization = ['organization:acme00000001'];
const organizationId = 'acme00000001';
const membership = (more: object) => ({
  ...asked('PUT', '/organizations/:id/users', { id: organizationId }),
  organizationId,
  ...more,
});
const byRoute = {
  user: asked('PATCH', '/users/:userId', { userId: id }),
  organization: asked('PATCH', '/organizations/:id', { id: organizationId }),
  role: asked('PATCH', '/roles/:id', { 0: '/role01', id: 'role01' }),
  organizationRole: asked('PATCH', '/organization-roles/:id', { id: 'role02' }),
};
const scope = { tenantId: 'default', id: 'scope1', name: 'read:things' };
const role = { tenantId: 'default', id: 'role01', name: 'admin', type: 'User' };

/** The event, its data, and the expected subjects. */
const cases: readonly (readonly [string, object, readonly string[]])[] = [
  ['PostRegister', interaction, ofUser],
  ['PostSignIn', interaction, ofUser],
  ['PostSignIn', { ...interaction, user: null }, ofUser],
  ['PostSignInAdaptiveMfaTriggered', interaction, ofUser],
  ['PostResetPassword', { ...interaction, interactionEvent: 'ForgotPassword' }, ofUser],
  ['User.Created', { ...meanwhile, data: user }, ofUser],
  ['User.Created', { ...asked('POST', '/users', {}), data: user }, ofUser],
  ['User.Data.Updated', { ...byRoute.user, data: user }, ofUser],
  // An event from the account page has the whole user, and no parameters.
  ['User.Data.Updated', { userAgent: 'x', ip: '::1', data: user }, ofUser],
  // Custom data may have its own `id`.
  ['User.Data.Updated', { ...byRoute.user, data: { id: 'somebody-else' } }, ofUser],
  ['User.Data.Updated', { ...byRoute.user, data: null }, ofUser],
  ['User.SuspensionStatus.Updated', { ...byRoute.user, data: { ...user, isSuspended: true } }, ofUser],
  ['User.Deleted', { ...byRoute.user, data: user }, ofUser],
  ['User.Deleted', { ...byRoute.user, data: null }, ofUser],
  ['User.Deleted', { userAgent: 'x', ip: '::1', data: user }, ofUser],
  [
    'Organization.Created',
    { ...asked('POST', '/organizations', {}), data: { id: organizationId, name: 'Acme' } },
    ofOrganization,
  ],
  [
    'Organization.Data.Updated',
    { ...byRoute.organization, data: { id: organizationId, name: 'Acme' } },
    ofOrganization,
  ],
  ['Organization.Deleted', byRoute.organization, ofOrganization],
  ['Organization.Deleted', { ...byRoute.organization, data: null }, ofOrganization],
  ['Organization.Membership.Updated', membership({ addedUserIds: [id] }), ofUser],
  ['Organization.Membership.Updated', membership({ removedUserIds: [id] }), ofUser],
  [
    'Organization.Membership.Updated',
    membership({ addedUserIds: [id], removedUserIds: ['bob000000001'] }),
    [...ofUser, 'user:bob000000001'],
  ],
  // The user accepted an invitation, or was added by just-in-time provisioning at sign-up.
  ['Organization.Membership.Updated', { ...meanwhile, organizationId, addedUserIds: [id] }, ofUser],
  // No user is named, so the organization is the subject.
  ['Organization.Membership.Updated', membership({}), ofOrganization],
  ['Organization.Membership.Updated', membership({ addedUserIds: null }), ofOrganization],
  ['Organization.Membership.Updated', membership({ addedApplicationIds: ['machine'] }), []],
  ['Role.Deleted', byRoute.role, ['directory']],
  ['Role.Data.Updated', { ...byRoute.role, data: role }, ['directory']],
  ['OrganizationRole.Deleted', byRoute.organizationRole, ['directory']],
  ['OrganizationRole.Data.Updated', { ...byRoute.organizationRole, data: role }, ['directory']],
  ['Role.Created', { ...asked('POST', '/roles', {}), data: role }, []],
  ['Role.Scopes.Updated', { ...byRoute.role, roleId: 'role01', data: [scope] }, []],
  ['OrganizationRole.Created', { ...asked('POST', '/organization-roles', {}), data: role }, []],
  ['OrganizationRole.Scopes.Updated', { ...byRoute.organizationRole, data: null }, []],
  ['Scope.Created', { data: scope }, []],
  ['Scope.Data.Updated', { data: scope }, []],
  ['Scope.Deleted', { data: null }, []],
  ['OrganizationScope.Created', { data: scope }, []],
  ['OrganizationScope.Data.Updated', { data: scope }, []],
  ['OrganizationScope.Deleted', {}, []],
  ['Identifier.Lockout', { ...meanwhile, type: 'username', value: 'ann' }, []],
  ['Message.RateLimited', { ...meanwhile, data: { type: 'SignIn' } }, []],
  ['Grant.LimitExceeded', { ...meanwhile, userId: id }, []],
  ['TrustedDevice.Created', { ...meanwhile, userId: id }, []],
  ['TrustedDevice.Deleted', { ...meanwhile, userId: id }, []],
  // Events that a future version of Logto may send.
  ['Organization.Branding.Updated', { ...byRoute.organization, data: null }, ofOrganization],
  ['Passkey.Registered', { data: { id } }, []],
];
const newer = /^(Organization\.Branding|Passkey|TrustedDevice)\./;
const events = [...new Set(cases.map(([event]) => event))].filter((event) => !newer.test(event));

test.each(cases)('accepts %s with %j', async (event, more, subjects) => {
  const body = JSON.stringify({ event, createdAt: new Date().toISOString(), ...more, hookId: 'hook' });
  expect(await deliver(server.url, body)).toEqual([200, undefined]);
  const hash = createHash('sha256').update(body).digest('hex');
  const [row] = await server.db.select().from(webhookDeliveries).where(eq(webhookDeliveries.id, hash));
  const ignored = { kind: 'ignored', because: 'not_handled' };
  expect(row?.subjects).toEqual(subjects);
  expect(isDeepStrictEqual(row?.outcome, ignored)).toBe(subjects.length === 0);
});

test('the cases cover all events of Logto 1.43, and a test delivery of each is recorded as a test', async () => {
  expect(events).toHaveLength(29);
  await logto.hookTo(server.url);
  await logto.manage('POST', '/hooks/hook/test', {
    events,
    config: { url: `${server.url}/api/webhooks/logto` },
  });
  const tests = (await server.db.select().from(webhookDeliveries)).filter(({ body }) =>
    body.includes('fake-user-agent'),
  );
  expect(tests.map(({ event }) => event).toSorted()).toEqual(events.toSorted());
  expect(
    tests.filter(({ outcome }) => !isDeepStrictEqual(outcome, { kind: 'ignored', because: 'test' })),
  ).toEqual([]);
});
