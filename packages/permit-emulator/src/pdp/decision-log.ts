import type { Decision } from './decision.ts';
import { keepDecisions } from './kept-decisions.ts';

/** The latest decisions, oldest first. */
export interface DecisionLog {
  add(decision: Decision): void;
  /** The decisions of one environment, newest first. */
  list(environmentId: string): Decision[];
  /** Calls the listener with every new decision. The result unsubscribes. */
  follow(listener: (decision: Decision) => void): () => void;
  clear(): void;
  close(): void;
}

/** With `dir`, decisions are kept there for the next start; without, a restart empties the log. */
export function createDecisionLog({
  dir,
  capacity = 10_000,
}: { readonly dir?: string | undefined; readonly capacity?: number } = {}): DecisionLog {
  const kept = dir === undefined ? undefined : keepDecisions(dir, capacity);
  let decisions: Decision[] = kept?.read() ?? [];
  const listeners = new Set<(decision: Decision) => void>();
  return {
    add(decision) {
      decisions.push(decision);
      if (decisions.length > capacity * 1.1) decisions = decisions.slice(-capacity);
      kept?.add(decision);
      for (const listener of listeners) listener(decision);
    },
    list: (environmentId) =>
      decisions
        .slice(-capacity)
        .filter(({ environment_id }) => environment_id === environmentId)
        .toReversed(),
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear() {
      decisions = [];
      kept?.clear();
    },
    close: () => kept?.close(),
  };
}
