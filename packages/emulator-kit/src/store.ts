import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { lock } from './lock.ts';

/** Records by key, in insertion order. Never change a record in place: put a new one. */
export interface Collection<T> {
  readonly size: number;
  get(key: string): T | undefined;
  has(key: string): boolean;
  put(key: string, value: T): void;
  delete(key: string): boolean;
  keys(): IterableIterator<string>;
  values(): IterableIterator<T>;
}

/**
 * Collections in memory, written to a journal when there is a folder. `put` returns after the write has reached
 * the operating system, so `kill -9` loses nothing. A power cut may lose writes (no fsync).
 */
export interface Store {
  /** The caller guarantees `T`: only this store writes the journal. */
  collection<T>(name: string): Collection<T>;
  /** All writes of `run` reach the journal together or not at all. */
  batch<R>(run: () => R): R;
  clear(): void;
  close(): void;
}

/** `[collection, key, value]` puts, `[collection, key]` deletes, `[]` clears everything. */
type Operation = [string, string, unknown] | [string, string] | [];

function* readJournal(file: string): Generator<Operation[]> {
  if (!existsSync(file)) return;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    try {
      yield JSON.parse(line) as Operation[]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- our own journal
    } catch {
      return; // A torn last line: its write was never acknowledged.
    }
  }
}

/**
 * Opens a store; in memory only when `dir` is absent. Creates the folder when needed. Throws an error with the
 * code `STORE_LOCKED` when another process uses it.
 */
export function openStore({ dir }: { dir?: string | undefined } = {}): Store {
  const collections = new Map<string, Map<string, unknown>>();
  const file = dir === undefined ? undefined : join(dir, 'journal.jsonl');
  let descriptor: number | undefined;
  let unlock: (() => void) | undefined;
  let pending: Operation[] | undefined;

  const records = (name: string): Map<string, unknown> => {
    let map = collections.get(name);
    if (map === undefined) collections.set(name, (map = new Map()));
    return map;
  };

  const apply = (operation: Operation): void => {
    if (operation.length === 0) for (const map of collections.values()) map.clear();
    else if (operation.length === 2) records(operation[0]).delete(operation[1]);
    else records(operation[0]).set(operation[1], operation[2]);
  };

  const write = (operation: Operation): void => {
    apply(operation);
    if (descriptor === undefined) return;
    if (pending !== undefined) pending.push(operation);
    else writeSync(descriptor, `${JSON.stringify([operation])}\n`);
  };

  /** Writes the current state as a new journal and renames it over the old one. */
  const compact = (target: string): void => {
    const fresh = `${target}.new`;
    const out = openSync(fresh, 'w');
    for (const [name, map] of collections) {
      for (const [key, value] of map) writeSync(out, `${JSON.stringify([[name, key, value]])}\n`);
    }
    closeSync(out);
    renameSync(fresh, target);
  };

  if (dir !== undefined && file !== undefined) {
    mkdirSync(dir, { recursive: true });
    unlock = lock(dir);
    for (const operations of readJournal(file)) for (const operation of operations) apply(operation);
    compact(file);
    descriptor = openSync(file, 'a');
  }

  return {
    collection<T>(name: string): Collection<T> {
      const map = records(name) as Map<string, T>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- see `collection`
      return {
        get size() {
          return map.size;
        },
        get: (key) => map.get(key),
        has: (key) => map.has(key),
        put: (key, value) => write([name, key, value]),
        delete(key) {
          if (!map.has(key)) return false;
          write([name, key]);
          return true;
        },
        keys: () => map.keys(),
        values: () => map.values(),
      };
    },
    batch(run) {
      if (pending !== undefined) return run();
      pending = [];
      try {
        return run();
      } finally {
        const operations = pending;
        pending = undefined;
        if (descriptor !== undefined && operations.length > 0)
          writeSync(descriptor, `${JSON.stringify(operations)}\n`);
      }
    },
    clear: () => write([]),
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
      unlock?.();
      unlock = undefined;
    },
  };
}
