import { expect, test } from 'vitest';
import { isTestEvent, LogtoEvent, userOf, malformedPart } from './logto-event.ts';
import { subjectsOf, subjectName, subjectNamed, type Subject } from './subjects-of.ts';
import { logtoEventNames, webhookEventNames } from './logto-event-names.ts';

const createdAt = '2026-11-24T13:55:19.270Z';
const parse = (parts: object) => LogtoEvent.parse({ event: 'User.Created', createdAt, ...parts });

test.each(['', 'User\0Created', 5, undefined])('%j is not an event name', (event) => {
  expect(LogtoEvent.safeParse({ event, createdAt }).success).toBe(false);
});

test('fields with an unknown shape are read as absent, and unknown fields are preserved', () => {
  const event = parse({
    user: { name: 'without an id' },
    params: 5,
    organizationId: 5,
    addedUserIds: [5],
    removedUserIds: 'ann',
    fromTomorrow: true,
  });
  expect(event).toMatchObject({
    user: null,
    params: null,
    organizationId: null,
    addedUserIds: null,
    removedUserIds: null,
    fromTomorrow: true,
  });
  expect(parse({ params: { userId: 5 } }).params).toBeNull();
  expect(parse({ params: { id: 5 } }).params).toBeNull();
  expect(parse({ user: { id: '' } }).user).toBeNull();
  expect(parse({ user: { id: 'ann', custom: 1 } }).user).toEqual({ id: 'ann', custom: 1 });
});

test.each<[string, object, string | undefined]>([
  ['of an interaction', { event: 'PostSignIn', user: { id: 'ann' }, data: { id: 'bob' } }, 'ann'],
  ['of a change of a user', { data: { id: 'ann' } }, 'ann'],
  ['of a change of a user, without another', { user: null, data: { id: 'ann' } }, 'ann'],
  ['of a change of that user', { data: { id: 'ann' }, params: { userId: 'ann' } }, 'ann'],
  ['not of another id in custom data', { data: { id: 'order-1' }, params: { userId: 'ann' } }, undefined],
  ['not of data without an id', { data: { clearance: 'secret' }, params: { userId: 'ann' } }, undefined],
  ['not of an organization', { event: 'Organization.Created', data: { id: 'acme' } }, undefined],
])('the user %s: %j', (_, parts, id) => {
  expect(userOf(parse(parts))?.id).toBe(id);
});

test.each<[boolean, object]>([
  [true, { userId: 'fake-id' }],
  [true, { user: { id: 'fake-id' } }],
  [true, { userAgent: 'fake-user-agent', data: { result: 'success' } }],
  [false, { userAgent: 'fake-user-agent', data: { id: 'ann' } }],
  [false, { userAgent: 'Mozilla', data: { result: 'success' } }],
  [false, { userAgent: 'fake-user-agent', data: { result: 'failure' } }],
  [false, { userId: 'ann', user: { id: 'ann' } }],
])('a test event: %s for %j', (expected, parts) => {
  const event = parse({ event: 'PostSignIn', userId: 'ann', ...parts });
  expect(isTestEvent(event)).toBe(expected);
  expect(subjectsOf(event)).toHaveLength(expected ? 0 : 1);
});

const eventWith = (parts: object) =>
  LogtoEvent.parse({ event: 'User.Created', createdAt: '2026-11-24T13:55:19.270Z', ...parts });

const longest = 'i'.repeat(128);
const tooLong = 'i'.repeat(129);
const places: readonly (readonly [place: string, parts: (id: string) => object])[] = [
  ['userId', (userId) => ({ userId })],
  ['user.id', (id) => ({ user: { id } })],
  ['params.userId', (userId) => ({ params: { userId } })],
  ['params.id', (id) => ({ params: { id } })],
  ['organizationId', (organizationId) => ({ organizationId })],
  ['data.id', (id) => ({ data: { id } })],
  ['addedUserIds', (id) => ({ addedUserIds: ['ann', id] })],
  ['removedUserIds', (id) => ({ removedUserIds: ['ann', id] })],
];

test.each(places)('%s has at most 128 characters', (place, parts) => {
  expect(malformedPart(eventWith(parts(longest)))).toBeUndefined();
  expect(malformedPart(eventWith(parts(tooLong)))).toContain(`\`${place}\``);
  expect(malformedPart(eventWith(parts(tooLong)))).not.toContain(tooLong);
});

test('an event name has at most 128 characters', () => {
  expect(malformedPart(eventWith({ event: longest }))).toBeUndefined();
  expect(malformedPart(eventWith({ event: tooLong }))).toContain('`event`');
});

const noTimes = [-1, 0.5, 8.64e15 + 2];

test('timestamps of a user are in milliseconds', () => {
  for (const updatedAt of [null, undefined, 0, 1_700_000_000_000, 8.64e15]) {
    const user = { id: 'ann', updatedAt };
    expect(malformedPart(eventWith({ user, data: user }))).toBeUndefined();
  }
  for (const updatedAt of noTimes) {
    const user = { id: 'ann', updatedAt };
    expect(malformedPart(eventWith({ user }))).toContain('`user.updatedAt`');
    expect(malformedPart(eventWith({ data: user }))).toContain('`data.updatedAt`');
  }
  expect(malformedPart(eventWith({ data: { id: 'ann', updatedAt: '0' } }))).toContain('`data.updatedAt`');
});

test('fields that sync does not read can have any value', () => {
  const data = { id: { long: tooLong }, updatedAt: -1, name: tooLong };
  expect(malformedPart(eventWith({ event: 'Organization.Created', data }))).toBeUndefined();
  for (const other of [null, 'text', 5]) expect(malformedPart(eventWith({ data: other }))).toBeUndefined();
});

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
const subjects = (event: string, parts: object) =>
  subjectsOf(LogtoEvent.parse({ event, createdAt, ...parts }));
const people = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`);

test.each<[string, object, object[]]>([
  ['PostSignIn', { userId: 'ann', user: { id: 'bob' } }, [user('ann')]],
  ['PostSignIn', { user: { id: 'ann' } }, [user('ann')]],
  ['PostSignIn', { userId: '' }, []],
  ['PostSignIn', { userId: 'a\0b' }, []],
  ['User.Deleted', { params: { userId: '\uD800a' } }, []],
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
