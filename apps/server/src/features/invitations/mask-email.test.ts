import { expect, test } from 'vitest';
import { foldEmail, maskEmail } from './mask-email.ts';

test.each([
  ['ann@example.com', 'a•••@e•••.com'],
  ['a@b.c', 'a•••@b•••.c'],
  ['ann@localhost', 'a•••@l•••'],
  ['"a@b"@mail.example.co.kr', '"•••@m•••.kr'],
  ['😀x@example.com', '😀•••@e•••.com'],
  ['', '•••@•••'],
])('%s is shown as %s', (email, masked) => {
  expect(maskEmail(email)).toBe(masked);
});

test('the case of Latin letters makes no other address, a sign that looks like one does', () => {
  expect(foldEmail('Kim@Example.test')).toBe('kim@example.test');
  expect(foldEmail('\u{212A}im@example.test')).not.toBe('kim@example.test');
});
