import { useSyncExternalStore } from 'react';
import type { StreamState } from './keep-open.ts';

/** The state of the stream that reports changes to the page. */
export interface StreamStateStore {
  readonly get: () => StreamState;
  readonly set: (state: StreamState) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createStreamState(): StreamStateStore {
  let current: StreamState = 'open';
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set(state) {
      current = state;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStreamState({ get, subscribe }: StreamStateStore): StreamState {
  return useSyncExternalStore(subscribe, get);
}
