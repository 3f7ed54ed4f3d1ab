import type { Collection } from '@latchkey/emulator-kit';
import { compactId } from '../ids.ts';

/** `before` is absent for a new record, `after` for a deleted one. */
export type Listener<T> = (before: T | undefined, after: T | undefined) => void;

export interface Table<T> {
  readonly size: number;
  get(key: string): T | undefined;
  /** By key, else by id (with or without dashes). */
  find(keyOrId: string): T | undefined;
  has(key: string): boolean;
  put(record: T): void;
  delete(record: T): void;
  /** In order of creation. */
  values(): IterableIterator<T>;
  /** Calls the listener for every existing record, then for every change. */
  subscribe(listener: Listener<T>): void;
}

export function createTable<T extends { readonly id: string }>(
  records: Collection<T>,
  keyOf: (record: T) => string,
): Table<T> {
  const keysById = new Map<string, string>();
  const listeners: Listener<T>[] = [];
  for (const record of records.values()) keysById.set(record.id, keyOf(record));

  const change: Listener<T> = (before, after) => {
    if (before !== undefined) keysById.delete(before.id);
    if (after !== undefined) keysById.set(after.id, keyOf(after));
    for (const listener of listeners) listener(before, after);
  };

  return {
    get size() {
      return records.size;
    },
    get: (key) => records.get(key),
    find: (keyOrId) => records.get(keyOrId) ?? records.get(keysById.get(compactId(keyOrId)) ?? ''),
    has: (key) => records.has(key),
    put(record) {
      const key = keyOf(record);
      const before = records.get(key);
      records.put(key, record);
      change(before, record);
    },
    delete(record) {
      if (records.delete(keyOf(record))) change(record, undefined);
    },
    values: () => records.values(),
    subscribe(listener) {
      for (const record of records.values()) listener(undefined, record);
      listeners.push(listener);
    },
  };
}

/** For maps of maps and maps of sets. */
export function inner<K, V>(outer: Map<K, V>, key: K, make: () => V): V {
  let value = outer.get(key);
  if (value === undefined) outer.set(key, (value = make()));
  return value;
}

type Patch<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Absent fields stay as they are, `null` clears. */
export function applyPatch<T extends object>(record: T, patch: Patch<T>): T {
  const result = { ...record };
  for (const [name, value] of Object.entries(patch))
    if (value !== undefined) Reflect.set(result, name, value);
  return result;
}
