import { subjectName, type Subject } from '../events/subjects-of.ts';

/**
 * Serializes the reconciliations of a subject. Deliveries that arrive during a run share the next one, which reads the
 * state at that time.
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
        .catch(() => {}) // The run's own caller gets the error.
        .then(() => {
          waiting.delete(name);
          return start(name, subject);
        });
    waiting.set(name, next);
    return next;
  };
}
