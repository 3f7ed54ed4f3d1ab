import { expect, test } from 'vitest';
import { isTestEvent, LogtoEvent, userOf, malformedPart } from './logto-event.ts';
import { subjectsOf } from './subjects-of.ts';

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
/** The places where an event carries ids. */
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
