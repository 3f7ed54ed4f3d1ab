import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultTenant, logtoIdOf, tenantKey, userKey } from './permit-key.ts';

/** Ids that Logto generates, and any others that may have been imported. */
const id = fc.oneof(
  fc.stringMatching(/^[a-z0-9]{12,21}$/),
  fc.string({ minLength: 1, unit: 'grapheme' }),
  fc.constantFrom('default', 'x--', 'x--ZGVmYXVsdA', 'auth0|elon', 'a b', 'a/b', '한글'),
);

test('a key decodes to its id, and two ids never share a key', () => {
  fc.assert(
    fc.property(id, id, (one, other) => {
      for (const encode of [userKey, tenantKey]) {
        expect(logtoIdOf(encode(one))).toBe(one);
        expect(encode(one) === encode(other)).toBe(one === other);
      }
    }),
  );
});

test('Permit accepts the keys, and ids that Logto generates stay as they are', () => {
  fc.assert(
    fc.property(id, (one) => {
      expect(userKey(one)).toMatch(/^[A-Za-z0-9|@+\-._]+$/);
      expect(tenantKey(one)).toMatch(/^[A-Za-z0-9\-_]+$/);
      expect(tenantKey(one)).not.toBe(defaultTenant);
    }),
  );
  expect(tenantKey('default')).not.toBe('default');
  expect(defaultTenant).toBe('default');
  expect(userKey('dy6ffbz3ca5d')).toBe('dy6ffbz3ca5d');
  expect(tenantKey('ffq3pplgmzbx')).toBe('ffq3pplgmzbx');
});
