import { openStore, type Store } from '@latchkey/emulator-kit';
import type { AuthorizationQuery, AuthorizationResult } from '@latchkey/permit-engine';

export interface Decision {
  readonly id: string;
  /** ISO 8601, by the emulator's clock. */
  readonly timestamp: string;
  readonly environment_id: string;
  readonly query: AuthorizationQuery;
  readonly result: AuthorizationResult;
}

/**
 * For a denial, ReBAC's reason, which covers all roles: RBAC reports "no roles assigned" for a user who only
 * has roles on instances.
 */
export function reasonOf({ allow, debug }: AuthorizationResult): string | null {
  if (debug === undefined) return null;
  const { rbac, rebac, abac } = debug;
  const models = [rebac, rbac, abac].filter((model) => model !== undefined);
  const explaining = models.find((model) => model.allow === allow) ?? models[0];
  return explaining?.reason ?? null;
}

export interface DecisionLog {
  add(decision: Decision): void;
  /** Newest first. */
  list(environmentId: string): Decision[];
  /** The result unsubscribes. */
  follow(listener: (decision: Decision) => void): () => void;
  /** Discards unwritten decisions. Call it before clearing the store. */
  clear(): void;
  close(): void;
}

/**
 * Writes decisions together after each turn of the event loop, so that a check does not wait for the disk;
 * `kill -9` can lose the last few.
 */
export function createDecisionLog(store: Store = openStore(), capacity = 10_000): DecisionLog {
  const stored = store.collection<Decision>('decisions');
  const listeners = new Set<(decision: Decision) => void>();
  let unwritten: Decision[] = [];

  const write = (): void => {
    if (unwritten.length === 0) return;
    try {
      store.batch(() => {
        for (const decision of unwritten) stored.put(decision.id, decision);
        for (const id of stored.keys()) {
          if (stored.size <= capacity) break;
          stored.delete(id);
        }
      });
    } catch {
      // The disk is full. The log is still in memory, and must not end the process.
    }
    unwritten = [];
  };

  return {
    add(decision) {
      if (unwritten.push(decision) === 1) setImmediate(write);
      for (const listener of listeners) listener(decision);
    },
    list: (environmentId) =>
      [...stored.values(), ...unwritten]
        .slice(-capacity)
        .filter(({ environment_id }) => environment_id === environmentId)
        .toReversed(),
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear() {
      unwritten = [];
    },
    close: write,
  };
}
