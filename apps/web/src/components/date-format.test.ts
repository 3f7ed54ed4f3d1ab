import { expect, test, vi } from 'vitest';
import { dateFormat } from './date-format.ts';

const at = new Date('2026-03-01T12:00:00Z');

test('rows share a format, which is one of the language and of the options', () => {
  const medium = dateFormat('en', { dateStyle: 'medium' });
  expect(dateFormat('en', { dateStyle: 'medium' })).toBe(medium);
  expect(medium.format(at)).toBe('Mar 1, 2026');
  expect(dateFormat('ko', { dateStyle: 'medium' }).format(at)).toBe('2026. 3. 1.');
  expect(dateFormat('en', { dateStyle: 'long' }).format(at)).toBe('March 1, 2026');
});

test('whoever travels with an open page reads the times of the new place', () => {
  const here = dateFormat('en', { timeStyle: 'short' });
  using _offset = vi.spyOn(Date.prototype, 'getTimezoneOffset').mockReturnValue(-541);
  expect(dateFormat('en', { timeStyle: 'short' })).not.toBe(here);
});
