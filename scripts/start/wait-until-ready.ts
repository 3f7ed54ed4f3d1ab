import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when a URL responds with a 2xx status. Rejects when the signal is aborted. */
export async function waitUntilReady(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) });
      await response.body?.cancel();
      if (response.ok) return;
    } catch {
      // Nothing listens yet.
    }
    await sleep(50, undefined, { signal });
  }
}
