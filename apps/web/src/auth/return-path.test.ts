import * as fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { storeReturnPath, takeReturnPath } from './return-path.ts';

beforeEach(() => sessionStorage.clear());

test('returns a stored path unchanged, once', () => {
  storeReturnPath('/reports/7?role=editor#top');
  expect(takeReturnPath()).toBe('/reports/7?role=editor#top');
  expect(takeReturnPath()).toBe('/');
});

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
  '',
])('does not store %j', (path) => {
  storeReturnPath(path);
  expect(takeReturnPath()).toBe('/');
});

test('with any stored value, even written directly to the storage, the returned path is on this origin', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc
      .array(fc.constantFrom('/', '\\', '\t', '\n', '@', ':', 'evil.example', '..'), { maxLength: 8 })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(hostile, fc.boolean(), (path, direct) => {
      if (direct) sessionStorage.setItem('latchkey:return-path', path);
      else storeReturnPath(path);
      const taken = takeReturnPath();
      expect(new URL(taken, location.origin).origin).toBe(location.origin);
      expect(taken.startsWith('/')).toBe(true);
    }),
  );
});
