import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { testPolicy, testMapping } from '../testing/test-policy.ts';
import { attributeValue } from './attribute-value.ts';
import { editableAttributes, withoutEditable } from './editable-fields.ts';
import { defineDirectoryMapping } from './define-directory-mapping.ts';
import { defaultTenant, logtoIdOf, tenantKey, userKey } from './permit-key.ts';

test.each([
  [{ memberRole: 'reader' }, 'reader'],
  [{ memberRole: 'constructor' }, 'a role that the policy does not have: constructor'],
  [{ attributes: { constructor: 'customData.level' } }, 'no user attribute constructor'],
  [{ roles: { Staff: 'reader' } }, 'reader'],
  [{ organizationRoles: { owner: 'reader' } }, 'reader'],
  [{ roles: { Staff: 'viewer' } }, 'viewer'],
  [{ attributes: { salary: 'customData.salary' } }, 'salary'],
  [{ attributes: { salary: { byRole: { Staff: 5 } } } }, 'salary'],
  [{ attributes: { level: { byRole: { Staff: 'high' } } } }, 'level'],
])('refuses at run time a mapping that was not type-checked: %j', (mapping, name) => {
  expect(() => defineDirectoryMapping(testPolicy, Object(mapping))).toThrow(name);
});

test('sync owns the roles that the mapping names, only in the tenants where it names them', () => {
  const mapping = defineDirectoryMapping(testPolicy, {
    roles: { Staff: 'auditor' },
    memberRole: 'viewer',
    organizationRoles: { owner: 'admin' },
  });
  expect(mapping).toEqual({
    defaultRole: 'viewer',
    attributes: [],
    roleAttributes: [],
    roles: new Map([['Staff', 'auditor']]),
    memberRole: 'viewer',
    organizationRoles: new Map([['owner', 'admin']]),
    roleNames: new Set(['Staff']),
    ownedInDefault: new Set(['auditor']),
    ownedInOrganization: new Set(['admin', 'viewer']),
  });
  const none = defineDirectoryMapping(testPolicy, { attributes: Object({ level: undefined }) });
  expect([none.attributes, none.ownedInDefault, none.ownedInOrganization]).toEqual([
    [],
    new Set(),
    new Set(),
  ]);
});

test('an attribute can be derived from roles, whose names are read even if they map to no role', () => {
  const { attributes, roleAttributes, roleNames, ownedInDefault } = defineDirectoryMapping(testPolicy, {
    attributes: { badge: { byRole: { Staff: 'gold', Guest: 'blue' } } },
    roles: { Staff: 'auditor' },
  });
  expect([attributes, ownedInDefault]).toEqual([[], new Set(['auditor'])]);
  expect(roleNames).toEqual(new Set(['Staff', 'Guest']));
  expect(roleAttributes).toEqual([
    {
      name: 'badge',
      values: new Map([
        ['Staff', 'gold'],
        ['Guest', 'blue'],
      ]),
    },
  ]);
});

test('an attribute has a path in Logto’s user and the type that the policy declares', () => {
  const { attributes } = defineDirectoryMapping(testPolicy, {
    attributes: { level: 'customData.rank.level' },
  });
  expect(attributes).toEqual([{ name: 'level', path: ['customData', 'rank', 'level'], type: 'number' }]);
});

test.each<[type: string, value: unknown, isAccepted: boolean]>([
  ['bool', true, true],
  ['bool', 'true', false],
  ['number', 5, true],
  ['number', '5', false],
  ['number', Number.NaN, false],
  ['number', Number.POSITIVE_INFINITY, false],
  ['string', 'a', true],
  ['string', '', true],
  ['string', 5, false],
  ['time', '2026-11-24T13:55:19Z', true],
  ['time', 'yesterday', false],
  ['time', 5, false],
  ['time', 1_700_000_000_000, false],
  ['array', ['a'], true],
  ['array', 'a', false],
  ['json', { a: 1 }, true],
  ['json', false, true],
  ['json', undefined, false],
  ['json', null, false],
  ['unknown', 'a', false],
])('a value of the type %s: %j is accepted: %s', (type, value, isAccepted) => {
  const attribute = { name: 'a', path: ['customData', 'a'], type };
  expect(attributeValue({ customData: { a: value } }, attribute)).toEqual(isAccepted ? value : undefined);
});

test.each([
  ['toString'],
  ['a', 'b'],
  ['none', 'b'],
  ['text', 'length'],
  ['nothing', 'b'],
  ['list', 'length', 'b'],
])('a path that leads to no own property of the user has no value: %j', (...path) => {
  const user = { a: {}, text: 'abc', nothing: null, list: ['a'] };
  expect(attributeValue(user, { name: 'a', path, type: 'json' })).toBeUndefined();
});

const namesOf = (fields: Record<string, string>, enabled = true): string[] =>
  editableAttributes(testMapping, { enabled, fields }).map(({ name }) => name);

test('users can edit the fields that the account center sets to Edit, while it is enabled', () => {
  expect(namesOf({ customData: 'Edit', profile: 'ReadOnly' })).toEqual(['clearance', 'level']);
  expect(namesOf({ customData: 'ReadOnly', profile: 'Edit' })).toEqual(['remote']);
  expect(namesOf({ customData: 'Edit', profile: 'Edit' }, false)).toEqual([]);
  expect(namesOf({})).toEqual([]);
});

test.each([
  ['identities.google.userId', 'social'],
  ['primaryPhone', 'phone'],
] as const)('%s is the setting %s', (clearance, setting) => {
  const mapping = defineDirectoryMapping(testPolicy, { attributes: { clearance } });
  expect(editableAttributes(mapping, { enabled: true, fields: { [setting]: 'Edit' } })).toHaveLength(1);
});

test('preserves other attributes, and returns the same mapping when none is editable', () => {
  const { mapping, untrusted } = withoutEditable(testMapping, { enabled: true, fields: { profile: 'Edit' } });
  expect(untrusted).toEqual(['remote']);
  expect(mapping.attributes.map(({ name }) => name)).toEqual(['clearance', 'level']);
  expect(withoutEditable(testMapping, { enabled: false, fields: {} }).mapping).toBe(testMapping);
});

/** Ids that Logto generates, and arbitrary imported ids. */
const id = fc.oneof(
  fc.stringMatching(/^[a-z0-9]{12,21}$/),
  fc.string({ minLength: 1, unit: 'grapheme' }),
  fc.constantFrom('default', 'x--', 'x--ZGVmYXVsdA', 'auth0|elon', 'a b', 'a/b', '한글'),
);

test('a key decodes to its id, and two ids never have the same key', () => {
  fc.assert(
    fc.property(id, id, (one, other) => {
      for (const encode of [userKey, tenantKey]) {
        expect(logtoIdOf(encode(one))).toBe(one);
        expect(encode(one) === encode(other)).toBe(one === other);
      }
    }),
  );
});

test('Permit accepts the keys, and ids generated by Logto are unchanged', () => {
  fc.assert(
    fc.property(id, (one) => {
      expect(userKey(one)).toMatch(/^[A-Za-z0-9|@+\-._]+$/);
      expect(tenantKey(one)).toMatch(/^[A-Za-z0-9\-_]+$/);
      expect(tenantKey(one)).not.toBe(defaultTenant);
    }),
  );
  expect(['.', '..', '...'].map(userKey)).toEqual(['x--Lg', 'x--Li4', '...']);
  expect(tenantKey('default')).not.toBe('default');
  expect(defaultTenant).toBe('default');
  expect(userKey('dy6ffbz3ca5d')).toBe('dy6ffbz3ca5d');
  expect(tenantKey('ffq3pplgmzbx')).toBe('ffq3pplgmzbx');
});
