import { afterEach, expect, test, vi } from 'vitest';
import { waitForPropagation } from './wait-for-propagation.ts';

afterEach(() => vi.useRealTimers());

test('asks until the fact is known, and no longer', async () => {
  const isKnown = vi.fn<() => Promise<boolean>>().mockResolvedValue(true).mockResolvedValueOnce(false);
  await waitForPropagation(isKnown);
  expect(isKnown).toHaveBeenCalledTimes(2);
});

test('an outage counts as not known yet', async () => {
  const isKnown = vi.fn<() => Promise<boolean>>().mockResolvedValue(true);
  isKnown.mockRejectedValueOnce(new Error('The PDP does not answer.'));
  await waitForPropagation(isKnown);
  expect(isKnown).toHaveBeenCalledTimes(2);
});

test('ends after two seconds, also when the fact is never known', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const isKnown = vi.fn<() => Promise<boolean>>().mockImplementation(async () => {
    vi.setSystemTime(Date.now() + 700);
    return false;
  });
  await waitForPropagation(isKnown);
  expect(isKnown).toHaveBeenCalledTimes(3);
});
