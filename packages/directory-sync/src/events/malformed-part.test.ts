import { expect, test } from 'vitest';
import { LogtoEvent } from './logto-event.ts';
import { malformedPart } from './malformed-part.ts';

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
