import { expect, test } from 'vitest';
import type { PermitUserState } from '../plan/states.ts';
import { PackedUsers } from './read-directories.ts';

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

test('finds users of several pages by key until they are deleted', () => {
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

test('returns the later version of a user that occurs on two pages', () => {
  const users = new PackedUsers();
  users.add([user('ann')]);
  users.add([user('ann', { firstName: 'Anna' })]);
  expect([users.size, users.get('ann')?.firstName]).toEqual([1, 'Anna']);
});
