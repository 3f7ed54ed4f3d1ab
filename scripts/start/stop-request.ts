import { setInterval } from 'node:timers/promises';

/**
 * Resolves when somebody wants the end: Ctrl-C, a signal, or the end of whoever started us (a killed `npx` would
 * otherwise leave us running unseen).
 *
 * @param impatience - called when a signal comes again
 */
export async function stopRequest(impatience: () => void): Promise<void> {
  let signals = 0;
  const signalled = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        signals += 1;
        if (signals > 1) impatience();
        resolve();
      });
    }
  });
  await Promise.race([signalled, parentGone()]);
}

async function parentGone(): Promise<void> {
  const parent = process.ppid;
  for await (const _ of setInterval(500, undefined, { ref: false })) {
    if (process.ppid !== parent) return;
  }
}
