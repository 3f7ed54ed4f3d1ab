import { expect, test } from 'vitest';
import { logtoEventNames, webhookEventNames } from './logto-event-names.ts';
import { LogtoEvent } from './logto-event.ts';
import { subjectsOf } from './subjects-of.ts';

/** An event with an id in every place where Logto puts one. */
const eventNamed = (event: string) =>
  LogtoEvent.parse({
    event,
    createdAt: '2026-11-24T13:55:19.270Z',
    userId: 'ann',
    params: { userId: 'ann', id: 'acme' },
    organizationId: 'acme',
    addedUserIds: ['ann'],
    data: {},
  });

test('the list names each of the 29 events of Logto 1.42 once', () => {
  expect(new Set(logtoEventNames).size).toBe(29);
  expect(logtoEventNames).toHaveLength(29);
});

test.each(webhookEventNames)('%s, to which the webhook subscribes, names a subject', (name) => {
  expect(subjectsOf(eventNamed(name))).toHaveLength(1);
});

test.each([
  ['User.Passkey.Added', ['user']],
  ['PostVerifyEmail', ['user']],
  ['Organization.Branding.Updated', ['organization']],
  ['Role.Archived', []],
  ['Role.Assignment.Deleted', []],
  ['Passkey.Registered', []],
  ['constructor', []],
])('%s, of a newer Logto, is read by the first part of its name', (name, kinds) => {
  expect(subjectsOf(eventNamed(name)).map(({ kind }) => kind)).toEqual(kinds);
});
