import { randomUUID } from 'node:crypto';

/** A fault with its id. */
export type ActiveFault<T> = T & {
  readonly id: string;
  /** The number of times it still applies; `null` when unlimited. */
  readonly remaining: number | null;
};

/** Active faults of one kind, kept in memory, oldest first. */
export interface FaultList<T> {
  add(fault: T): ActiveFault<T>;
  list(): ActiveFault<T>[];
  /** Returns false when there is no such fault. */
  remove(id: string): boolean;
  clear(): void;
  /** Returns the oldest fault for which `matches` is true, and counts it as applied. */
  take(matches: (fault: T) => boolean): ActiveFault<T> | undefined;
}

/** Creates an empty list. A fault with a `count` applies that many times, then is removed; without it, every time. */
export function createFaultList<T extends { readonly count?: number | undefined }>(): FaultList<T> {
  const active = new Map<string, ActiveFault<T>>();
  return {
    add(input) {
      const fault = { ...input, id: randomUUID(), remaining: input.count ?? null };
      active.set(fault.id, fault);
      return fault;
    },
    list: () => [...active.values()],
    remove: (id) => active.delete(id),
    clear: () => active.clear(),
    take(matches) {
      for (const fault of active.values()) {
        if (!matches(fault)) continue;
        if (fault.remaining === 1) active.delete(fault.id);
        else if (fault.remaining !== null) active.set(fault.id, { ...fault, remaining: fault.remaining - 1 });
        return fault;
      }
      return undefined;
    },
  };
}
