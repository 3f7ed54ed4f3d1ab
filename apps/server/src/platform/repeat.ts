import { setTimeout as sleep } from 'node:timers/promises';
import { asError } from './log/describe-error.ts';

export interface Repeating {
  readonly wake: () => void;
  readonly closing: AbortSignal;
  /** Resolves when the running poll has ended. */
  close(): Promise<void>;
}

/**
 * Polls for work, one poll at a time. Messages only trigger an earlier poll, so a lost one does no harm. An outage is
 * reported once, not at every poll.
 */
export function repeat(
  poll: (closing: AbortSignal) => Promise<void>,
  { interval, onError }: { readonly interval: number; readonly onError: (error: Error) => void },
): Repeating {
  const closing = new AbortController();
  let waking = Promise.withResolvers<void>();
  const run = async (): Promise<void> => {
    let isFailing = false;
    /* oxlint-disable no-await-in-loop -- one poll at a time */
    while (!closing.signal.aborted) {
      waking = Promise.withResolvers();
      try {
        await poll(closing.signal);
        isFailing = false;
      } catch (error) {
        if (!isFailing) onError(asError(error));
        isFailing = true;
      }
      const pause = new AbortController();
      const signal = AbortSignal.any([closing.signal, pause.signal]);
      await Promise.race([waking.promise, sleep(interval, undefined, { signal }).catch(() => {})]);
      pause.abort();
    }
    /* oxlint-enable no-await-in-loop */
  };
  const running = run();
  return {
    wake: () => waking.resolve(),
    closing: closing.signal,
    async close() {
      closing.abort();
      await running;
    },
  };
}
