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
/** `kind roles`, newest first. */
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

test('ignores events that are irrelevant or malformed', () => {
  expect(
    itemsOf(event('report.create', {}), event('role.assign', 'nonsense'), event('role.assign', null)),
  ).toEqual(['role-given', 'role-given']);
});
