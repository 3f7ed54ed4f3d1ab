import type { DirectoryUser, Grant } from '@latchkey/permissions/permit';
import { beforeEach, expect, test } from 'vitest';
import { applyEvent } from './apply-event.ts';
import { LogtoEvent } from './events/logto-event.ts';

let provisioned: { user: DirectoryUser; grant: Grant }[];
beforeEach(() => {
  provisioned = [];
});
const directory = {
  provisionUser(user: DirectoryUser, grant: Grant) {
    provisioned.push({ user, grant });
    return Promise.resolve('created' as const);
  },
};
const grant = { role: 'viewer', tenant: 'default' };
const apply = (event: unknown) => applyEvent(LogtoEvent.parse(event), directory, grant);
const createdAt = '2026-11-24T13:54:11.488Z';

test('a user of either shape is provisioned with what Logto knows', async () => {
  const user = {
    id: 'ann000000001',
    username: 'ann',
    primaryEmail: 'ann@example.test',
    name: 'Ann',
    somethingNew: 1,
  };
  expect(await apply({ event: 'User.Created', createdAt, data: user })).toEqual({
    kind: 'provisioned',
    user: 'ann000000001',
    change: 'created',
  });
  await apply({ event: 'PostRegister', createdAt, userId: user.id, user });
  const expected = {
    key: user.id,
    email: 'ann@example.test',
    firstName: 'Ann',
    attributes: { username: 'ann' },
  };
  expect(provisioned).toEqual([
    { user: expected, grant },
    { user: expected, grant },
  ]);
});

test('what Logto has not collected is left out, not erased', async () => {
  await apply({
    event: 'User.Created',
    createdAt,
    data: { id: 'x', username: null, primaryEmail: null, name: null },
  });
  expect(provisioned).toEqual([
    { user: { key: 'x', email: undefined, firstName: undefined, attributes: {} }, grant },
  ]);
});

test.each([
  ['an event of another kind', { event: 'PostSignIn', user: { id: 'x' } }, 'not_handled'],
  ['an event of tomorrow', { event: 'User.Teleported', data: { id: 'x' } }, 'not_handled'],
  ['an event without its user', { event: 'PostRegister' }, 'no_user'],
  ['a user without an id', { event: 'User.Created', data: { username: 'x' } }, 'no_user'],
  ['a test payload', { event: 'PostRegister', userId: 'fake-id', user: { id: 'fake-id' } }, 'test'],
  [
    'a test payload of a data event',
    { event: 'User.Created', userAgent: 'fake-user-agent', data: { result: 'success' } },
    'test',
  ],
])('%s provisions nobody', async (_, event, because) => {
  expect(await apply({ createdAt, ...event })).toEqual({ kind: 'ignored', because });
  expect(provisioned).toEqual([]);
});
