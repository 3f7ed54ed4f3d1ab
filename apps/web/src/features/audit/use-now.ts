import { useSyncExternalStore } from 'react';
import { presentStep, timeStep } from './audit-questions.ts';

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, timeStep / 10);
  return () => clearInterval(timer);
}

/** The time in steps of ten minutes, so that queries about "the last hour" do not change every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, presentStep);
}
