import { useSyncExternalStore } from 'react';

const step = 600_000;

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, step / 10);
  return () => clearInterval(timer);
}

const now = (): number => Math.floor(Date.now() / step) * step;

/** The time, in steps of ten minutes: what is asked about "the last hour" is not asked anew with every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, now);
}
