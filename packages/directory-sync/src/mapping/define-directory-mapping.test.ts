import { expect, test } from 'vitest';
import { testPolicy } from '../testing/test-policy.ts';
import { defineDirectoryMapping } from './define-directory-mapping.ts';

test.each([
  [{ memberRole: 'reader' }, 'reader'],
  [{ roles: { Staff: 'viewer' } }, 'viewer'],
  [{ attributes: { salary: 'customData.salary' } }, 'salary'],
])('what types did not see is refused when it is defined: %j', (mapping, name) => {
  expect(() => defineDirectoryMapping(testPolicy, Object(mapping))).toThrow(name);
});
