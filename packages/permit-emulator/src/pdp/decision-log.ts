import type { AuthorizationQuery, AuthorizationResult } from '@latchkey/permit-engine';

/** A decision of the PDP, with its reason. */
export interface Decision {
  readonly id: string;
  /** ISO 8601, by the emulator's clock. */
  readonly timestamp: string;
  readonly environment_id: string;
  readonly query: AuthorizationQuery;
  readonly result: AuthorizationResult;
}

/** The latest decisions, oldest first. A restart empties the log. */
export interface DecisionLog {
  add(decision: Decision): void;
  /** The decisions of one environment, newest first. */
  list(environmentId: string): Decision[];
  /** Calls the listener with every new decision. The result unsubscribes. */
  follow(listener: (decision: Decision) => void): () => void;
  clear(): void;
}

export function createDecisionLog(capacity = 10_000): DecisionLog {
  let decisions: Decision[] = [];
  const listeners = new Set<(decision: Decision) => void>();
  return {
    add(decision) {
      decisions.push(decision);
      if (decisions.length > capacity * 1.1) decisions = decisions.slice(-capacity);
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
    },
  };
}
