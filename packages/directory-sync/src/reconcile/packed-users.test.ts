import { expect, test } from 'vitest';
import type { PermitUserState } from '../plan/states.ts';
import { PackedUsers } from './packed-users.ts';

const user = (key: string, more: Partial<PermitUserState> = {}): PermitUserState => ({
  key,
  email: null,
  firstName: 'Zoë 한글',
  lastName: null,
  attributes: { key },
  grants: [{ role: 'viewer', tenant: 'acme', instance: `docs:${key}` }],
  foreignTenants: new Set(),
  ...more,
});

test('users of several pages are found by their keys, until they are deleted', () => {
  const users = new PackedUsers();
  users.add([user('ann'), user('böb'), user('cat')]);
  users.add([user('dan')]);
  users.add([]);
  expect(users.size).toBe(4);
  for (const key of ['ann', 'böb', 'cat', 'dan']) expect(users.get(key)).toEqual(user(key));
  expect(users.get('eve')).toBeUndefined();
  expect([users.delete('böb'), users.delete('böb')]).toEqual([true, false]);
  expect([...users.values()]).toEqual([user('ann'), user('cat'), user('dan')]);
});

test('a user that a later page has again is the later one', () => {
  const users = new PackedUsers();
  users.add([user('ann')]);
  users.add([user('ann', { firstName: 'Anna' })]);
  expect([users.size, users.get('ann')?.firstName]).toEqual([1, 'Anna']);
});
