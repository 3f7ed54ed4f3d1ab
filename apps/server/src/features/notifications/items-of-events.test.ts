import { expect, test } from 'vitest';
import { itemsOfEvents, type AccessEvent } from './items-of-events.ts';

let events = 0;
const event = (action: string, detail: unknown, on: Partial<AccessEvent> = {}): AccessEvent => ({
  id: `event-${(events += 1)}`,
  at: '2026-11-01T09:00:00Z',
  action,
  actor: 'ada',
  resource: null,
  instance: null,
  detail,
  ...on,
});
const decision = (action: string, request: string): AccessEvent =>
  event(action, { after: { role: 'editor', request } });
/** Returns the items of these events as `kind roles`, newest first. */
const itemsOf = (...newestFirst: readonly AccessEvent[]): string[] =>
  itemsOfEvents(newestFirst).map(({ kind, roles }) => [kind, ...roles].join(' '));

test('names the roles that were assigned or removed, from before or after', () => {
  expect(
    itemsOf(
      event('role.unassign', { before: { role: 'editor' } }),
      event('share.take', { before: { roles: ['reader', 'owner'] }, after: { roles: ['owner'] } }),
      event('share.give', { before: { roles: ['reader'] }, after: { roles: ['reader', 'owner'] } }),
      event('role.assign', { after: { role: 'editor' } }),
    ),
  ).toEqual(['role-taken editor', 'share-taken reader', 'share-given owner', 'role-given editor']);
});

test('includes the instance, if any', () => {
  const on = { resource: 'reports', instance: 'r1' };
  const [whole, half, none] = itemsOfEvents([
    event('share.give', {}, on),
    event('share.give', {}, { resource: 'reports' }),
    event('role.assign', {}),
  ]);
  expect([whole?.on, half?.on, none?.on]).toEqual([{ resource: 'reports', id: 'r1' }, null, null]);
});

test('an undo hides the previous decision of that request, and of no other', () => {
  expect(
    itemsOf(
      decision('request.approve', 'one'),
      decision('request.undo', 'one'),
      decision('request.refuse', 'two'),
      decision('request.refuse', 'one'),
      decision('request.approve', 'one'),
    ),
  ).toEqual(['approved editor', 'refused editor', 'approved editor']);
});

const at = (action: string, time: string, by = 'ada') =>
  event(action, { after: { role: 'admin' } }, { at: `2026-11-01T${time}Z`, actor: by });

test('the same change within a minute is one notification, and a reversal in between makes another', () => {
  const newestFirst = [
    at('role.assign', '09:05:00', 'bert'),
    at('role.assign', '09:04:30'),
    at('role.assign', '09:00:50'),
    at('role.assign', '09:00:40'),
    at('role.unassign', '09:00:30'),
    at('role.assign', '09:00:20'),
    at('role.assign', '09:00:10'),
    at('role.assign', '09:00:00'),
  ];
  expect(itemsOfEvents(newestFirst).map(({ id }) => id)).toEqual(
    [0, 1, 3, 4, 7].map((index) => newestFirst[index]?.id),
  );
});

test('a minute is counted from the first of the repeats', () => {
  const newestFirst = ['09:01:00', '09:00:59', '09:00:30', '09:00:00'].map((time) => at('role.assign', time));
  expect(itemsOfEvents(newestFirst).map(({ id }) => id)).toEqual(
    [0, 3].map((index) => newestFirst[index]?.id),
  );
});

test('ignores events that are irrelevant or malformed', () => {
  expect(
    itemsOf(event('report.create', {}), event('role.assign', 'nonsense'), event('share.give', null)),
  ).toEqual(['role-given', 'share-given']);
});
