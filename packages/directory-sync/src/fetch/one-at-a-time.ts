import { subjectName, type Subject } from '../events/subject.ts';

/**
 * Reconciliations of one subject must not overlap: they run one after the other. Deliveries that arrive while one runs share
 * the next, which reads what is true then.
 */
export function oneAtATime<S extends Subject>(
  run: (subject: S) => Promise<void>,
): (subject: S) => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const waiting = new Map<string, Promise<void>>();

  const start = (name: string, subject: S): Promise<void> => {
    const done = run(subject).finally(() => running.delete(name));
    running.set(name, done);
    return done;
  };
  return (subject) => {
    const name = subjectName(subject);
    const current = running.get(name);
    if (current === undefined) return start(name, subject);
    const next =
      waiting.get(name) ??
      current
        .catch(() => {}) // Its own caller is told.
        .then(() => {
          waiting.delete(name);
          return start(name, subject);
        });
    waiting.set(name, next);
    return next;
  };
}
