import { expect, test, vi } from 'vitest';
import { dateFormat, formatElapsed, formatRelativeTime } from './format-time.ts';
import * as fc from 'fast-check';

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

const now = Date.UTC(2026, 10, 24, 12);
const ago = (milliseconds: number, language = 'en'): string =>
  formatRelativeTime(new Date(now - milliseconds), { now, language });

test.each([
  [0, 'now'],
  [59_000, 'now'],
  [60_000, '1 minute ago'],
  [59 * 60_000, '59 minutes ago'],
  [60 * 60_000, '1 hour ago'],
  [25 * 3_600_000, 'yesterday'],
  [3 * 86_400_000, '3 days ago'],
  [31 * 86_400_000, 'Oct 24, 2026'],
])('%d ms before now reads %s', (distance, text) => {
  expect(ago(distance)).toBe(text);
});

test.each([
  [7 * 86_400_000 - 60_000, 'in 7 days'],
  [86_400_000 - 60_000, 'tomorrow'],
  [3_600_000 - 1_000, 'in 1 hour'],
  [8 * 3_600_000 - 60_000, 'in 8 hours'],
  [90_000, 'in 2 minutes'],
  [6.4 * 86_400_000, 'in 6 days'],
  [29.6 * 86_400_000, 'Dec 24, 2026'],
])('%d ms from now reads %s', (distance, text) => {
  expect(ago(-distance)).toBe(text);
});

test('uses the given language', () => {
  expect(ago(5 * 60_000, 'ko')).toBe('5분 전');
});

test('a time within a minute, past or future, is "now"', () => {
  fc.assert(
    fc.property(fc.integer({ min: -59_999, max: 59_999 }), (distance) => {
      expect(ago(distance)).toBe('now');
    }),
  );
});

test.each([
  [-5, '0 sec', '0초'],
  [40, '0 sec', '0초'],
  [340, '0.3 sec', '0.3초'],
  [6_900, '6 sec', '6초'],
  [59_999, '59 sec', '59초'],
  [60_000, '1 min', '1분'],
  [5_400_000, '1 hr', '1시간'],
  [172_800_000, '2 days', '2일'],
])('%i ms are %s, and %s in Korean', (milliseconds, english, korean) => {
  expect(formatElapsed(milliseconds, 'en')).toBe(english);
  expect(formatElapsed(milliseconds, 'ko')).toBe(korean);
});
