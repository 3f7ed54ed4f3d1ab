import { setTimeout as sleep } from 'node:timers/promises';
import type { AssignmentChange, Invalidation } from './invalidations.ts';

/** Milliseconds between two polls: doubled from the first to the longest. */
const pauses = { first: 10, longest: 160 };

/** The changes that the PDP may not have received yet. */
export interface Propagation {
  /** Polls the PDP. Resolves when it has received the change, or after `propagationDelay`; never rejects. */
  follow(change: Invalidation): Promise<void>;
  /** Resolves when the PDP has received the followed changes of the user; `undefined` without any. */
  pending(subject: string): Promise<unknown> | undefined;
}

/**
 * Permit's API confirms a write before its PDPs have received it, and a PDP does not announce what it has received. So
 * this polls the PDP for the user's role.
 */
export function createPropagation(
  hasRole: (subject: string, change: AssignmentChange, signal: AbortSignal) => Promise<boolean>,
  propagationDelay: number,
): Propagation {
  const bySubject = new Map<string, Promise<unknown>>();

  const untilReceived = async (subject: string, change: AssignmentChange): Promise<void> => {
    const end = performance.now() + propagationDelay;
    let pause = pauses.first;
    for (let left = propagationDelay; left > 0; left = end - performance.now()) {
      /* oxlint-disable no-await-in-loop -- one question at a time */
      const answer = hasRole(subject, change, AbortSignal.timeout(Math.ceil(left)));
      // An outage tells nothing: the PDP may still have the old facts afterwards.
      if ((await answer.catch(() => undefined)) === change.assigned) return;
      await sleep(Math.min(pause, left));
      /* oxlint-enable no-await-in-loop */
      pause = Math.min(2 * pause, pauses.longest);
    }
  };

  return {
    async follow({ subject, assignment }) {
      if (subject === undefined || assignment === undefined) return;
      const received = untilReceived(subject, assignment);
      const all = Promise.all([bySubject.get(subject), received]);
      bySubject.set(subject, all);
      void all.then(() => bySubject.get(subject) === all && bySubject.delete(subject));
      await received;
    },
    pending: (subject) => bySubject.get(subject),
  };
}
