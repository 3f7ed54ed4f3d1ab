import { expect, test } from 'vitest';
import { initialsOf } from './person.tsx';

test.each([
  ['Mina Park', 'MP'],
  ['Ana María de la Cruz', 'AC'],
  ['mina.park', 'MP'],
  ['Cher', 'C'],
  ['jonas@example.com', 'J'],
  ['김서연', '서연'],
  ['선우', '선우'],
  ['👩‍🚀 Ada', '👩‍🚀A'],
  ['<"Ann"> (Kim)', 'AK'],
  ['  ', ''],
])('%s → %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});
