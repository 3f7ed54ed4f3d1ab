import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when a URL answers with a 2xx; rejects when the signal says that it is not worth waiting any longer. */
export async function answers(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) });
      await response.body?.cancel();
      if (response.ok) return;
    } catch {
      // Nobody listens yet.
    }
    await sleep(50, undefined, { signal });
  }
}
