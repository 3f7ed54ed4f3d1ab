/**
 * Why the person must sign in again. `incomplete`: the session is from before the console asked Logto for the organizations,
 * and lacks the scope for them; everything else works.
 */
export type SessionProblem = 'ended' | 'incomplete';

/** Whether the session at Logto lasts, as this tab knows it. */
export interface SessionState {
  readonly problem: () => SessionProblem | null;
  readonly isOver: () => boolean;
  /** Logto or the server has refused the session. */
  readonly end: () => void;
  /** Logto has refused a scope that the session lacks. */
  readonly lack: () => void;
  /** The person has signed in again, in this tab or in another. */
  readonly resume: () => void;
  /** Calls `listener` after each change. Returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
}

export function createSessionState(): SessionState {
  let problem: SessionProblem | null = null;
  const listeners = new Set<() => void>();
  const set = (next: SessionProblem | null): void => {
    if (problem === next) return;
    problem = next;
    for (const listener of listeners) listener();
  };
  return {
    problem: () => problem,
    isOver: () => problem === 'ended',
    end: () => set('ended'),
    lack() {
      if (problem === null) set('incomplete');
    },
    resume: () => set(null),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The session has ended, or lacks a scope: the person has to sign in again. What the page shows may stay. */
export class SessionOverError extends Error {
  override readonly name = 'SessionOverError';
}
