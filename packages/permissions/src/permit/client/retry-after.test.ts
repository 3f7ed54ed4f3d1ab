import { expect, test, vi } from 'vitest';
import { retryAfterOf } from './retry-after.ts';

test.each([
  ['0', 0],
  ['3', 3_000],
  ['60', 60_000],
  ['3600', 60_000],
  ['Fri, 27 Nov 2026 12:00:07 GMT', 7_000],
  ['Fri, 27 Nov 2026 13:00:00 GMT', 60_000],
  ['Fri, 27 Nov 2026 11:59:00 GMT', 0],
  ['', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['Nonsense GMT', undefined],
  [undefined, undefined],
  [['3', '4'], undefined],
])('Retry-After: %s', (header, milliseconds) => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 27, 12), toFake: ['Date'] });
  expect(retryAfterOf(header)).toBe(milliseconds);
  vi.useRealTimers();
});
