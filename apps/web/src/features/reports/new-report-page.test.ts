import { expect, test } from 'vitest';
import { titleProblem } from './new-report-page.tsx';

test.each([
  ['Q4 review', null],
  ['   ', 'missing'],
  ['', 'missing'],
  ['x'.repeat(120), null],
  [` ${'x'.repeat(120)} `, null],
  ['x'.repeat(121), 'long'],
])('title %# is accepted or rejected as by the server', (title, problem) => {
  expect(titleProblem(title)).toBe(problem);
});
