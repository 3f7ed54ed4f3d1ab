import { expect, test } from 'vitest';
import { maskEmail } from './mask-email.ts';

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
