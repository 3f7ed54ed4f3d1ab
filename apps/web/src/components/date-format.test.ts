import { expect, test, vi } from 'vitest';
import { dateFormat } from './time.tsx';

const at = new Date('2026-03-01T12:00:00Z');

test('shares a format per language and options', () => {
  const medium = dateFormat('en', { dateStyle: 'medium' });
  expect(dateFormat('en', { dateStyle: 'medium' })).toBe(medium);
  expect(medium.format(at)).toBe('Mar 1, 2026');
  expect(dateFormat('ko', { dateStyle: 'medium' }).format(at)).toBe('2026. 3. 1.');
  expect(dateFormat('en', { dateStyle: 'long' }).format(at)).toBe('March 1, 2026');
});

test('follows a change of the time zone while the page is open', () => {
  const here = dateFormat('en', { timeStyle: 'short' });
  using _offset = vi.spyOn(Date.prototype, 'getTimezoneOffset').mockReturnValue(-541);
  expect(dateFormat('en', { timeStyle: 'short' })).not.toBe(here);
});
