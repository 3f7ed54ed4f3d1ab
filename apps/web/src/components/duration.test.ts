import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateInDays, formatDuration, secondsUntilEndOf } from './duration.ts';

test('until a date lasts to the end of that day, whatever the time is now', () => {
  const anyTime = fc.date({ min: new Date(2026, 0, 1), max: new Date(2030, 0, 1), noInvalidDate: true });
  fc.assert(
    fc.property(anyTime, fc.integer({ min: 0, max: 365 }), (now, days) => {
      const seconds = secondsUntilEndOf(dateInDays(days, now), now) ?? 0;
      const end = new Date(now.getTime() + seconds * 1000);
      // A second before midnight at the latest, because seconds are whole.
      expect(dateInDays(0, new Date(end.getTime() - 1000))).toBe(dateInDays(days, now));
      expect(dateInDays(0, new Date(end.getTime() + 1000))).toBe(dateInDays(days + 1, now));
    }),
  );
});

test.each(['', 'soon', '2026-1-1', '99999-01-01'])('%j is no date', (day) => {
  expect(secondsUntilEndOf(day, new Date())).toBeUndefined();
});

test.each([
  [604_800, '1 week'],
  [1_209_600, '2 weeks'],
  [86_400, '1 day'],
  [800_000, '9 days'],
  [40_000, '11 hours'],
  [60, '1 hour'],
])('%i seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds, 'en')).toBe(text);
});
