/** Whether the session at Logto lasts, as this tab knows it. */
export interface SessionState {
  readonly isOver: () => boolean;
  /** Logto or the server has refused the session. */
  readonly end: () => void;
  /** The person has signed in again, in this tab or in another. */
  readonly resume: () => void;
  /** Calls `listener` after each change. Returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
}

export function createSessionState(): SessionState {
  let isOver = false;
  const listeners = new Set<() => void>();
  const set = (value: boolean): void => {
    if (isOver === value) return;
    isOver = value;
    for (const listener of listeners) listener();
  };
  return {
    isOver: () => isOver,
    end: () => set(true),
    resume: () => set(false),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The session has ended: nothing is asked for until the person has signed in again. What the page shows may stay. */
export class SessionOverError extends Error {
  override readonly name = 'SessionOverError';
}
