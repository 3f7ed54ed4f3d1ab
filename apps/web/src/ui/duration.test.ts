import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateInDays, formatDuration, lastDayWithin, secondsUntilEndOf } from './duration.ts';

test('a date lasts to the end of that day, at any time of day', () => {
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

test('the last day within a duration ends in it, and the next day does not', () => {
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
