import { vi } from 'vitest';

/** Resolves with what `look` returns as soon as it no longer throws. The minute is for a busy machine: nothing is about it. */
export const waitFor = <T>(look: () => Promise<T> | T, interval = 50): Promise<T> =>
  vi.waitFor(look, { timeout: 60_000, interval });
