import { closeSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { append } from './append.ts';
import { lineOf, readJournal, type Operation } from './journal.ts';
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
 * the operating system, so `kill -9` loses nothing. A power cut may lose writes (no fsync). `put` throws when the disk is
 * full; what it changed is in memory then, and reaches the journal with the next write that succeeds.
 */
export interface Store {
  /** The caller guarantees `T`: only this store writes the journal. */
  collection<T>(name: string): Collection<T>;
  /** All writes of `run` reach the journal together or not at all. */
  batch<R>(run: () => R): R;
  clear(): void;
  close(): void;
}

const ownerOnly = 0o600;

/**
 * Opens a store; in memory only when `dir` is absent. Creates the folder when needed, for its owner only: a journal can
 * contain keys. Throws an error with the code `STORE_LOCKED` when another process uses it, and `JOURNAL_DAMAGED` when
 * anything but the end of the journal cannot be read.
 */
export function openStore({ dir }: { dir?: string | undefined } = {}): Store {
  const collections = new Map<string, Map<string, unknown>>();
  const file = dir === undefined ? undefined : join(dir, 'journal.jsonl');
  let descriptor: number | undefined;
  /** Of the journal, in bytes. */
  let length = 0;
  /** What the journal still lacks because of a write that failed. */
  let unsaved = '';
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

  const save = (operations: readonly Operation[]): void => {
    if (descriptor === undefined || operations.length === 0) return;
    unsaved += lineOf(operations);
    length = append(descriptor, unsaved, length);
    unsaved = '';
  };

  const write = (operation: Operation): void => {
    apply(operation);
    if (pending !== undefined) pending.push(operation);
    else save([operation]);
  };

  /** Writes the current state as a new journal and renames it over the old one. */
  const compact = (target: string): void => {
    const fresh = `${target}.new`;
    rmSync(fresh, { force: true }); // Of a process that was killed, perhaps with other rights.
    const out = openSync(fresh, 'w', ownerOnly);
    length = 0;
    for (const [name, map] of collections) {
      for (const [key, value] of map) length = append(out, lineOf([[name, key, value]]), length);
    }
    closeSync(out);
    renameSync(fresh, target);
  };

  if (dir !== undefined && file !== undefined) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    unlock = lock(dir);
    try {
      for (const operations of readJournal(file)) for (const operation of operations) apply(operation);
      compact(file);
      descriptor = openSync(file, 'a');
    } catch (error) {
      unlock();
      throw error;
    }
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
        save(operations);
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
