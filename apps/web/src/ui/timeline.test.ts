import { expect, test } from 'vitest';
import { formatElapsed } from './timeline.tsx';

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
