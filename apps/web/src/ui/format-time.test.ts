import { expect, test, vi } from 'vitest';
import {
  dateFormat,
  formatElapsed,
  formatRelativeTime,
  dateInDays,
  formatDuration,
  lastDayWithin,
  secondsUntilEndOf,
} from './format-time.ts';
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

const now = new Date(2026, 10, 24, 12).getTime();
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

test('counts calendar days', () => {
  const end = new Date(2026, 10, 25, 23, 59, 59).getTime();
  expect([ago(now - end), ago(now - end, 'ko')]).toEqual(['tomorrow', '내일']);
  expect(ago(26 * 3_600_000, 'ko')).toBe('어제');
  expect(ago(47 * 3_600_000, 'ko')).toBe('그저께');
});

test('uses the given language', () => {
  expect(ago(5 * 60_000, 'ko')).toBe('5분 전');
});

test('a time within a minute of now, past or future, is "now"', () => {
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

test('a date lasts until the end of that day, at any time of day', () => {
  const anyTime = fc.date({ min: new Date(2026, 0, 1), max: new Date(2030, 0, 1), noInvalidDate: true });
  fc.assert(
    fc.property(anyTime, fc.integer({ min: 0, max: 365 }), (now, days) => {
      const seconds = secondsUntilEndOf(dateInDays(days, now), now) ?? 0;
      const end = new Date(now.getTime() + seconds * 1000);
      // At most a second before midnight, because seconds are whole.
      expect(dateInDays(0, new Date(end.getTime() - 1000))).toBe(dateInDays(days, now));
      expect(dateInDays(0, new Date(end.getTime() + 1000))).toBe(dateInDays(days + 1, now));
    }),
  );
});

test('the last day within a duration ends before it does, and the next day does not', () => {
  const anyTime = fc.date({ min: new Date(2026, 0, 1), max: new Date(2030, 0, 1), noInvalidDate: true });
  fc.assert(
    fc.property(anyTime, fc.integer({ min: 60, max: 366 * 86_400 }), (now, seconds) => {
      const day = lastDayWithin(seconds, now);
      expect(secondsUntilEndOf(day ?? dateInDays(-1, now), now)).toBeLessThanOrEqual(seconds);
      const [year = 0, month = 0, date = 0] = (day ?? dateInDays(-1, now)).split('-').map(Number);
      const next = dateInDays(1, new Date(year, month - 1, date));
      expect(secondsUntilEndOf(next, now)).toBeGreaterThan(seconds);
    }),
  );
});

test.each(['', 'soon', '2026-1-1', '99999-01-01'])('%j is not a date', (day) => {
  expect(secondsUntilEndOf(day, new Date())).toBeUndefined();
});

test.each([
  [604_800, '1 week'],
  [1_209_600, '2 weeks'],
  [86_400, '1 day'],
  [800_000, '9 days'],
  [40_000, '11 hours'],
  [3_600, '1 hour'],
  [1_200, '20 minutes'],
  [60, '1 minute'],
])('%i seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds, 'en')).toBe(text);
});
