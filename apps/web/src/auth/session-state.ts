import { createListeners } from '../listeners.ts';

/**
 * Why the user must sign in again. `incomplete`: the session is older than the console's organizations scope and lacks
 * it; everything else works. `revoked`: the account was suspended or deleted, and a new session would not help.
 */
export type SessionProblem = 'ended' | 'incomplete' | 'revoked';

export interface SessionState {
  readonly problem: () => SessionProblem | null;
  readonly isOver: () => boolean;
  /** Also notifies when the session is already over: the user has tried another change. */
  readonly end: () => void;
  readonly revoke: () => void;
  /** Call this when Logto has denied a scope that the session lacks. */
  readonly lack: () => void;
  readonly resume: () => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createSessionState(): SessionState {
  let problem: SessionProblem | null = null;
  const { notify, subscribe } = createListeners();
  const set = (next: SessionProblem | null): void => {
    if (problem === next) return;
    problem = next;
    notify();
  };
  return {
    problem: () => problem,
    isOver: () => problem === 'ended' || problem === 'revoked',
    // Logto also ends the sessions of a revoked account, which must stay `revoked`.
    end() {
      if (problem !== 'revoked') problem = 'ended';
      notify();
    },
    revoke: () => set('revoked'),
    lack() {
      if (problem === null) set('incomplete');
    },
    resume: () => set(null),
    subscribe,
  };
}

/** The session has ended or lacks a scope: the user must sign in again. Loaded data can stay on the page. */
export class SessionOverError extends Error {
  override readonly name = 'SessionOverError';
}
