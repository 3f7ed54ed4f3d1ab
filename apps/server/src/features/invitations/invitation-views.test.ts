import { expect, test } from 'vitest';
import { foldEmail, maskEmail } from './invitation-views.ts';

test.each([
  ['ann@example.com', 'a•••@e•••.com'],
  ['a@b.c', 'a•••@b•••.c'],
  ['ann@localhost', 'a•••@l•••'],
  ['"a@b"@mail.example.co.kr', '"•••@m•••.kr'],
  ['😀x@example.com', '😀•••@e•••.com'],
  ['', '•••@•••'],
])('%s is masked as %s', (email, masked) => {
  expect(maskEmail(email)).toBe(masked);
});

test('addresses that differ only in case are equal, and lookalike characters are not', () => {
  expect(foldEmail('Kim@Example.test')).toBe('kim@example.test');
  expect(foldEmail('\u{212A}im@example.test')).not.toBe('kim@example.test');
});
