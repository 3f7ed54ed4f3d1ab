import { vi } from 'vitest';

/** Resolves with what `look` returns as soon as it no longer throws. The two minutes are for a busy machine: no test is about them. */
export const waitFor = <T>(look: () => Promise<T> | T, interval = 50): Promise<T> =>
  vi.waitFor(look, { timeout: 120_000, interval });
