import { expect, test } from 'vitest';
import { logtoEventNames, webhookEventNames } from './logto-event-names.ts';
import { LogtoEvent } from './logto-event.ts';
import { subjectsOf, subjectName, subjectNamed, type Subject } from './subjects-of.ts';

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

test('lists each event of Logto 1.44 once', () => {
  expect(new Set(logtoEventNames).size).toBe(31);
  expect(logtoEventNames).toHaveLength(31);
});

test.each(webhookEventNames)('the subscribed event %s has a subject', (name) => {
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
])('the unknown event %s is handled by the first part of its name', (name, kinds) => {
  expect(subjectsOf(eventNamed(name)).map(({ kind }) => kind)).toEqual(kinds);
});

const user = (id: string) => ({ kind: 'user', id });
const organization = (id: string) => ({ kind: 'organization', id });
const createdAt = '2026-11-24T13:55:19.270Z';
const subjects = (event: string, parts: object) =>
  subjectsOf(LogtoEvent.parse({ event, createdAt, ...parts }));
const people = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`);

test.each<[string, object, object[]]>([
  ['PostSignIn', { userId: 'ann', user: { id: 'bob' } }, [user('ann')]],
  ['PostSignIn', { user: { id: 'ann' } }, [user('ann')]],
  ['PostSignIn', { userId: '' }, []],
  ['PostSignIn', { userId: 'a\0b' }, []],
  ['PostSignIn', {}, []],
  ['User.Data.Updated', { params: { userId: 'ann' }, data: { id: 'order-1' } }, [user('ann')]],
  ['User.Created', { data: { id: 'ann' } }, [user('ann')]],
  ['User.Deleted', { data: {} }, []],
  ['Organization.Data.Updated', { params: { id: 'acme' }, data: { id: 'other' } }, [organization('acme')]],
  ['Organization.Created', { data: { id: 'acme' } }, [organization('acme')]],
  ['Organization.Created', { data: { id: '' } }, []],
  ['Organization.Deleted', { data: { id: 5 } }, []],
  ['Role.Deleted', {}, [{ kind: 'directory' }]],
  ['OrganizationRole.Data.Updated', {}, [{ kind: 'directory' }]],
])('%s %j: %j', (event, parts, expected) => expect(subjects(event, parts)).toEqual(expected));

test.each<[object, object[]]>([
  [{ organizationId: 'acme', addedUserIds: ['ann'] }, [user('ann')]],
  [{ organizationId: 'acme', removedUserIds: ['ann'] }, [user('ann')]],
  [{ addedUserIds: ['ann', 'bob', 'ann'], removedUserIds: ['bob', 'cat'] }, ['ann', 'bob', 'cat'].map(user)],
  [{ addedUserIds: ['ann', ''] }, [user('ann')]],
  [{ organizationId: 'acme', addedUserIds: people(200) }, people(200).map(user)],
  [{ organizationId: 'acme', addedUserIds: people(201) }, [organization('acme')]],
  [{ organizationId: 'acme', params: { id: 'other' } }, [organization('acme')]],
  [{ params: { id: 'acme' }, addedUserIds: [] }, [organization('acme')]],
  [{ organizationId: 'acme', addedApplicationIds: ['app'] }, []],
  [{ organizationId: 'acme', removedApplicationIds: ['app'] }, []],
  [{ organizationId: 'acme', addedApplicationIds: ['app'], addedUserIds: ['ann'] }, [user('ann')]],
])(
  'a membership change reconciles the users who joined or left, or the organization: %j',
  (parts, expected) => {
    expect(subjects('Organization.Membership.Updated', parts)).toEqual(expected);
  },
);

test('events that affect nothing in Permit have no subject', () => {
  const watched = new Set<string>(webhookEventNames);
  const ignored = logtoEventNames.filter((name) => subjectsOf(eventNamed(name)).length === 0);
  expect(ignored).toHaveLength(15);
  expect(ignored.filter((name) => watched.has(name))).toEqual([]);
});

test.each<[Subject, string]>([
  [{ kind: 'user', id: 'ann' }, 'user:ann'],
  [{ kind: 'organization', id: 'acme' }, 'organization:acme'],
  [{ kind: 'user', id: 'directory' }, 'user:directory'],
  [{ kind: 'user', id: 'a:b\nc' }, 'user:a:b\nc'],
  [{ kind: 'directory' }, 'directory'],
])('%j has the name %j, and is parsed from its name', (subject, name) => {
  expect(subjectName(subject)).toBe(name);
  expect(subjectNamed(name)).toEqual(subject);
});

test.each(['', 'ann', 'user:', 'role:admin', 'xuser:ann', 'directory:', 'user'])(
  '%j is not a subject',
  (name) => {
    expect(() => subjectNamed(name)).toThrow(TypeError);
  },
);
