import { expect, test } from 'vitest';
import { testMapping, testPolicy } from '../testing/test-policy.ts';
import { defineDirectoryMapping } from './define-directory-mapping.ts';
import { editableAttributes, withoutEditable } from './editable-fields.ts';

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
