import { useSyncExternalStore } from 'react';

/** A short message about an action that succeeded or failed. A success persists across navigations. */
export interface Notice {
  readonly tone: 'done' | 'failed';
  readonly text: string;
  /** An optional action, such as undo. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

let current: Notice | null = null;
const listeners = new Set<() => void>();

/** Replaces the current notice; `null` removes it. */
export function notify(notice: Notice | null): void {
  current = notice;
  for (const listener of listeners) listener();
}

/** For the next attempt, and for a navigation: the failure is no longer what the user looks at. */
export function dismissFailure(): void {
  if (current?.tone === 'failed') notify(null);
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
