import { useEffect, useState, useSyncExternalStore } from 'react';

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

/** The mounted bars. A sheet has its own, over the page's bar, which nobody can reach meanwhile. */
const bars: symbol[] = [];

/** The notice to show in this bar: the one that was mounted last shows it. */
export function useNotice(): Notice | null {
  const [bar] = useState(() => Symbol('bar'));
  useEffect(() => {
    bars.push(bar);
    notify(current);
    return () => {
      bars.splice(bars.indexOf(bar), 1);
      notify(current);
    };
  }, [bar]);
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => (bars.at(-1) === bar ? current : null),
  );
}
