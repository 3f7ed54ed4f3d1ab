import type { Collection, Store } from '@latchkey/emulator-kit';

export interface Indexed<T, Index extends string = never> extends Collection<T> {
  /** In insertion order. */
  findBy(index: Index, value: string): T[];
  /** Clears the indexes. The store clears the records. */
  reset(): void;
}

type Keys<T, Index extends string> = Readonly<Record<Index, (record: T) => string | null | undefined>>;

/**
 * The indexes are in memory, and rebuilt when the store opens. Write only through this collection, and call `reset`
 * after clearing the store.
 */
export function indexed<T, Index extends string = never>(
  [store, name]: readonly [Store, string],
  keys: Keys<T, Index>,
): Indexed<T, Index> {
  const records = store.collection<T>(name);
  const indexes = new Map<string, Map<string, Set<string>>>();
  const indexOf = (index: string): Map<string, Set<string>> => {
    let map = indexes.get(index);
    if (map === undefined) indexes.set(index, (map = new Map()));
    return map;
  };

  const link = (key: string, record: T): void => {
    for (const index in keys) {
      const value = keys[index](record);
      if (value === null || value === undefined) continue;
      const map = indexOf(index);
      const members = map.get(value);
      if (members === undefined) map.set(value, new Set([key]));
      else members.add(key);
    }
  };

  const unlink = (key: string): void => {
    const record = records.get(key);
    if (record === undefined) return;
    for (const index in keys) {
      const value = keys[index](record);
      if (value === null || value === undefined) continue;
      const members = indexOf(index).get(value);
      members?.delete(key);
      if (members?.size === 0) indexOf(index).delete(value);
    }
  };

  for (const key of records.keys()) {
    const record = records.get(key);
    if (record !== undefined) link(key, record);
  }

  return {
    get size() {
      return records.size;
    },
    get: (key) => records.get(key),
    has: (key) => records.has(key),
    keys: () => records.keys(),
    values: () => records.values(),
    put(key, record) {
      unlink(key);
      link(key, record);
      records.put(key, record); // Last: it throws on a full disk, after changing the record in memory.
    },
    delete(key) {
      unlink(key);
      return records.delete(key);
    },
    findBy(index, value) {
      const found: T[] = [];
      for (const key of indexOf(index).get(value) ?? []) {
        const record = records.get(key);
        if (record !== undefined) found.push(record);
      }
      return found;
    },
    reset: () => indexes.clear(),
  };
}
