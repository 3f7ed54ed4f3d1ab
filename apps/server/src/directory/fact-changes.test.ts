import { afterEach, expect, test, vi } from 'vitest';
import { waitForPropagation } from './fact-changes.ts';

afterEach(() => vi.useRealTimers());

test('polls until the fact is known, and then stops', async () => {
  const isKnown = vi.fn<() => Promise<boolean>>().mockResolvedValue(true).mockResolvedValueOnce(false);
  await waitForPropagation(isKnown);
  expect(isKnown).toHaveBeenCalledTimes(2);
});

test('treats an outage as not known yet', async () => {
  const isKnown = vi.fn<() => Promise<boolean>>().mockResolvedValue(true);
  isKnown.mockRejectedValueOnce(new Error('The PDP does not answer.'));
  await waitForPropagation(isKnown);
  expect(isKnown).toHaveBeenCalledTimes(2);
});

test('ends after two seconds even if the fact is never known', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const isKnown = vi.fn<() => Promise<boolean>>().mockImplementation(async () => {
    vi.setSystemTime(Date.now() + 700);
    return false;
  });
  await waitForPropagation(isKnown);
  expect(isKnown).toHaveBeenCalledTimes(3);
});
