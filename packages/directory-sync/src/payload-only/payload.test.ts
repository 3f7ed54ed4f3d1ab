import { expect, test } from 'vitest';
import { LogtoEvent } from '../events/logto-event.ts';
import { organizationPayload, userPayload } from './payload.ts';

const createdAt = '2026-11-24T13:55:19.270Z';
const at = Date.parse(createdAt);
const eventNamed = (event: string, more: object = {}): LogtoEvent =>
  LogtoEvent.parse({ event, createdAt, ...more });

test('a deletion has the version of the event; without a time it is the oldest', () => {
  expect(userPayload(eventNamed('User.Deleted'), 'ann')).toEqual({
    kind: 'user-gone',
    id: 'ann',
    version: at,
  });
  expect(userPayload(eventNamed('User.Deleted', { createdAt: 'soon' }), 'ann')).toMatchObject({ version: 0 });
});

test('a complete user has the version `updatedAt`, or else the time of the event', () => {
  const user = { id: 'ann', updatedAt: 7 };
  expect(userPayload(eventNamed('PostSignIn', { user }), 'ann')).toEqual({ kind: 'user', user, version: 7 });
  expect(userPayload(eventNamed('User.Created', { data: user }), 'ann')).toMatchObject({ version: 7 });
  expect(userPayload(eventNamed('User.Created', { data: { id: 'ann' } }), 'ann')).toMatchObject({
    version: at,
  });
});

test.each([
  ['/users/:userId/custom-data', { kind: 'user-part', id: 'ann', part: 'customData', value: { a: 1 } }],
  ['/users/:userId/profile', { kind: 'user-part', id: 'ann', part: 'profile', value: { a: 1 } }],
  ['/users/:userId/password', undefined],
])('an update by %s contains only the fields that were sent', (matchedRoute, payload) => {
  expect(userPayload(eventNamed('User.Data.Updated', { matchedRoute, data: { a: 1 } }), 'ann')).toEqual(
    payload,
  );
});

test('a membership event contains who joined or left, and the organization', () => {
  const event = eventNamed('Organization.Membership.Updated', {
    organizationId: 'acme',
    addedUserIds: ['ann'],
    removedUserIds: ['bob'],
  });
  const membership = { kind: 'membership', organization: 'acme' };
  expect(userPayload(event, 'ann')).toEqual({ ...membership, user: 'ann', isMember: true });
  expect(userPayload(event, 'bob')).toEqual({ ...membership, user: 'bob', isMember: false });
  const byPath = eventNamed('Organization.Membership.Updated', { params: { id: 'acme' } });
  expect(userPayload(byPath, 'ann')).toEqual({ ...membership, user: 'ann', isMember: false });
  expect(userPayload(eventNamed('Organization.Membership.Updated'), 'ann')).toBeUndefined();
  expect(
    userPayload(eventNamed('Organization.Membership.Updated', { organizationId: null }), 'ann'),
  ).toBeUndefined();
});

test('an organization event contains its data or its deletion; without a name it is unusable', () => {
  const data = { id: 'acme', name: 'Acme' };
  expect(organizationPayload(eventNamed('Organization.Data.Updated', { data }), 'acme')).toEqual({
    kind: 'organization',
    organization: data,
  });
  expect(organizationPayload(eventNamed('Organization.Deleted'), 'acme')).toEqual({
    kind: 'organization-gone',
    id: 'acme',
  });
  expect(
    organizationPayload(eventNamed('Organization.Created', { data: { id: 'acme' } }), 'acme'),
  ).toBeUndefined();
  expect(
    organizationPayload(eventNamed('Organization.Created', { data: { ...data, id: '' } }), 'acme'),
  ).toBeUndefined();
});
