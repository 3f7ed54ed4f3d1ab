import { expect, test } from 'vitest';
import { requireFresh } from './freshness.ts';

const now = Date.UTC(2026, 10, 1);
const codeOf = (createdAt: string): unknown => {
  try {
    requireFresh(createdAt, { past: 1_000, future: 100 }, now);
    return undefined;
  } catch (error) {
    return Object(error).code;
  }
};

test.each([
  [-1_001, 'WEBHOOK_STALE'],
  [-1_000, undefined],
  [0, undefined],
  [100, undefined],
  [101, 'WEBHOOK_STALE'],
])('an event %i ms from now: %j', (distance, code) => {
  expect(codeOf(new Date(now + distance).toISOString())).toBe(code);
});

test('an event without a time is malformed', () => {
  expect(codeOf('soon')).toBe('WEBHOOK_MALFORMED');
});

test('the time is compared with the clock', () => {
  const limits = { past: 60_000, future: 60_000 };
  expect(() => requireFresh(new Date().toISOString(), limits)).not.toThrow();
  expect(() => requireFresh(new Date(now).toISOString(), limits)).toThrow();
});
