import { vi } from 'vitest';

/**
 * Resolves to the result of `read` as soon as it no longer throws. The two minutes are for a busy machine; no test
 * depends on them.
 */
export const waitFor = <T>(read: () => Promise<T> | T, interval = 50): Promise<T> =>
  vi.waitFor(read, { timeout: 120_000, interval });
