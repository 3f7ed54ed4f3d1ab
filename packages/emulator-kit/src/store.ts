import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** In insertion order. Never change a record in place: put a new one. */
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
 * Collections in memory, written to SQLite when there is a folder. `put` returns after the write has reached
 * the operating system, so `kill -9` loses nothing. A power cut may lose the last writes. `put` throws when
 * the disk is full; the change is then in memory, and reaches the disk with the next write that succeeds.
 */
export interface Store {
  /** The caller guarantees `T`: only this store writes the folder. */
  collection<T>(name: string): Collection<T>;
  /** All writes of `run` reach the disk together or not at all. */
  batch<R>(run: () => R): R;
  clear(): void;
  close(): void;
}

class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: 'STORE_DAMAGED' | 'STORE_LOCKED';
  constructor(code: 'STORE_DAMAGED' | 'STORE_LOCKED', message: string) {
    super(message);
    this.code = code;
  }
}

type Write = readonly [sql: string, ...parameters: string[]];

const PUT = `INSERT INTO records VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`;
/** Primary result codes of SQLite: https://sqlite.org/rescode.html */
const [BUSY, CORRUPT, NOT_A_DATABASE] = [5, 11, 26];

/** The operating system holds the lock of the database, so the lock ends with the process, even after a crash. */
function openDatabase(dir: string, load: (row: Record<string, unknown>) => void): DatabaseSync {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const [file, owner] = [join(dir, 'store.sqlite'), join(dir, 'pid')];
  if (!existsSync(file) && existsSync(join(dir, 'journal.jsonl')))
    process.emitWarning(
      `${dir} was written by an older version, whose journal.jsonl is not read. It starts anew.`,
    );
  closeSync(openSync(file, 'a', 0o600)); // SQLite gives its other files the mode of this one.
  const database = new DatabaseSync(file, { timeout: 500 });
  try {
    database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS records (collection TEXT, key TEXT, value TEXT, PRIMARY KEY (collection, key)) STRICT`);
    for (const row of database.prepare('SELECT * FROM records ORDER BY rowid').iterate()) load(row);
  } catch (error) {
    database.close();
    // An extended code has the primary one in its lowest byte.
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
    if (code === BUSY) {
      const pid = existsSync(owner) ? readFileSync(owner, 'utf8') : '';
      throw new StoreError('STORE_LOCKED', `${dir} is in use by process ${pid || 'unknown'}.`);
    }
    const isDamaged = code === CORRUPT || code === NOT_A_DATABASE || error instanceof SyntaxError;
    if (!isDamaged) throw error;
    const why = error instanceof Error ? error.message : '';
    throw new StoreError('STORE_DAMAGED', `${file} is damaged: ${why}. Remove the folder to start anew.`);
  }
  writeFileSync(owner, String(process.pid), { mode: 0o600 });
  return database;
}

/**
 * Without `dir`, the store is in memory only. Creates the folder for its owner only: it can contain keys. Throws an
 * error with the code `STORE_LOCKED` when another process uses it, and `STORE_DAMAGED` when it cannot be read.
 */
export function openStore({ dir }: { dir?: string | undefined } = {}): Store {
  const collections = new Map<string, Map<string, unknown>>();
  const records = (name: string): Map<string, unknown> => {
    let map = collections.get(name);
    if (map === undefined) collections.set(name, (map = new Map()));
    return map;
  };
  const load = ({ collection, key, value }: Record<string, unknown>): void =>
    void records(String(collection)).set(String(key), JSON.parse(String(value)));
  let database = dir === undefined ? undefined : openDatabase(dir, load);
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  /** Those of the current batch, and those that failed. */
  let unsaved: Write[] = [];
  let inBatch = false;

  const run = ([sql, ...parameters]: Write): void => {
    let statement = statements.get(sql);
    if (statement === undefined && database !== undefined)
      statements.set(sql, (statement = database.prepare(sql)));
    statement?.run(...parameters);
  };
  const save = (): void => {
    if (unsaved.length === 0) return;
    run(['BEGIN']);
    try {
      for (const write of unsaved) run(write);
      run(['COMMIT']);
    } catch (error) {
      if (database?.isTransaction === true) run(['ROLLBACK']);
      throw error;
    }
    unsaved = [];
  };
  const write = (...given: Write): void => {
    if (database === undefined) return;
    unsaved.push(given);
    if (!inBatch) save();
  };

  return {
    collection<T>(name: string): Collection<T> {
      const map = records(name) as Map<string, T>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- see `collection`
      return {
        get size() {
          return map.size;
        },
        get: (key) => map.get(key),
        has: (key) => map.has(key),
        put(key, value) {
          const text = database === undefined ? '' : JSON.stringify(value);
          map.set(key, value);
          write(PUT, name, key, text);
        },
        delete(key) {
          const existed = map.delete(key);
          if (existed) write('DELETE FROM records WHERE collection = ? AND key = ?', name, key);
          return existed;
        },
        keys: () => map.keys(),
        values: () => map.values(),
      };
    },
    batch(work) {
      if (inBatch) return work();
      inBatch = true;
      const failed = unsaved.length;
      try {
        return work();
      } finally {
        inBatch = false;
        if (unsaved.length > failed) save(); // A batch that only reads works on a full disk, too.
      }
    },
    clear() {
      for (const map of collections.values()) map.clear();
      write('DELETE FROM records');
    },
    close() {
      database?.close();
      database = undefined;
    },
  };
}
