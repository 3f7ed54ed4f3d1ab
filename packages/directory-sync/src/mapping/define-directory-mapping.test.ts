import { expect, test } from 'vitest';
import { testPolicy } from '../testing/test-policy.ts';
import { attributeValue } from './attribute-value.ts';
import { defineDirectoryMapping } from './define-directory-mapping.ts';

test.each([
  [{ memberRole: 'reader' }, 'reader'],
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
