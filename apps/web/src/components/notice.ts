import { useSyncExternalStore } from 'react';

/** A short message about something that was done or failed; it outlives the page that it came from. */
export interface Notice {
  readonly tone: 'done' | 'failed';
  readonly text: string;
}

let current: Notice | null = null;
const listeners = new Set<() => void>();

/** Replaces what is shown; `null` takes it away. */
export function notify(notice: Notice | null): void {
  current = notice;
  for (const listener of listeners) listener();
}

export function useNotice(): Notice | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
