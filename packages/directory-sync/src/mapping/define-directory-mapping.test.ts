import { expect, test } from 'vitest';
import { testPolicy } from '../testing/test-policy.ts';
import { defineDirectoryMapping } from './define-directory-mapping.ts';

test.each([
  [{ memberRole: 'reader' }, 'reader'],
  [{ roles: { Staff: 'viewer' } }, 'viewer'],
  [{ attributes: { salary: 'customData.salary' } }, 'salary'],
])('a mapping that the types did not check is refused at run time: %j', (mapping, name) => {
  expect(() => defineDirectoryMapping(testPolicy, Object(mapping))).toThrow(name);
});
