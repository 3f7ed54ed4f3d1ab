import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from './store.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'emulator-kit-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('puts, deletes and clears survive a reopening', () => {
  const first = openStore({ dir });
  const users = first.collection<{ name: string }>('users');
  users.put('gone', { name: 'Gone' });
  first.clear();
  users.put('a', { name: 'Ann' });
  users.put('b', { name: 'Bob' });
  users.delete('b');
  first.close();

  const second = openStore({ dir });
  expect([...second.collection('users').keys()]).toEqual(['a']);
  expect(second.collection('users').get('a')).toEqual({ name: 'Ann' });
  second.close();
});

test('a journal that ends in the middle of a line keeps every complete line', () => {
  const first = openStore({ dir });
  first.collection<number>('n').put('one', 1);
  first.close();
  appendFileSync(join(dir, 'journal.jsonl'), '[["n","two",');

  const second = openStore({ dir });
  expect([...second.collection<number>('n').values()]).toEqual([1]);
  second.close();
});

test('the writes of a batch are one line', () => {
  const store = openStore({ dir });
  const numbers = store.collection<number>('n');
  store.batch(() => {
    numbers.put('one', 1);
    numbers.put('two', 2);
  });
  store.close();
  expect(readFileSync(join(dir, 'journal.jsonl'), 'utf8')).toBe('[["n","one",1],["n","two",2]]\n');
});

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test('folders and files are for their owner only', () => {
  const folder = join(dir, 'data', 'store');
  const store = openStore({ dir: folder });
  store.collection('n').put('one', 1);
  expect([join(dir, 'data'), folder].map(modeOf)).toEqual(['700', '700']);
  expect(readdirSync(folder).toSorted()).toEqual(['journal.jsonl', 'lock']);
  expect(readdirSync(folder).map((name) => modeOf(join(folder, name)))).toEqual(['600', '600']);
  store.close();
});

test.each(['garbage', '{"a":1}', '[["n"]]', '[5]'])(
  'a journal with %s between its lines is refused, and stays as it is',
  (garbage) => {
    const file = join(dir, 'journal.jsonl');
    const text = `[["n","one",1]]\n${garbage}\n[["n","two",2]]\n`;
    appendFileSync(file, text);
    expect(() => openStore({ dir })).toThrow(expect.objectContaining({ code: 'JOURNAL_DAMAGED' }));
    expect(() => openStore({ dir })).toThrow('line 2');
    expect(readFileSync(file, 'utf8')).toBe(text);
  },
);

/** Limits the size of files as a full disk does: a write stops halfway, and the next one fails. */
const limited = `
  import { spawnSync } from 'node:child_process';
  import { openStore } from '${join(import.meta.dirname, 'store.ts')}';
  process.on('SIGXFSZ', () => undefined);
  const store = openStore({ dir: process.argv[1] });
  const kept = [];
  for (const name of 'abcdefghijklmnopqrstuvwxyz') {
    try {
      store.collection('n').put(name, name.repeat(name === 'p' ? 1 : 300));
      kept.push(name);
    } catch (error) {
      if (error.code !== 'EFBIG') throw error;
    }
  }
  if (process.argv[2] === 'room') {
    spawnSync('prlimit', ['--pid=' + process.pid, '--fsize=unlimited']);
    store.collection('n').put('last', 1);
  }
  console.log(kept.join(''));
`;

/** The acknowledged keys, and those in the journal. */
function fill(...mode: string[]): [acknowledged: string, written: string[]] {
  const script = ['--input-type=module-typescript', '-e', limited, dir, ...mode];
  const command = `ulimit -S -f 8; exec "$0" "$@"`;
  const { stdout, stderr } = spawnSync('sh', ['-c', command, process.execPath, ...script], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const again = openStore({ dir });
  const written = [...again.collection('n').keys()];
  again.close();
  return [stdout.trim(), written];
}

test('on a full disk, a write fails and leaves no half of it; no acknowledged write is lost', () => {
  const [acknowledged, written] = fill();
  expect(acknowledged).toMatch(/^abcd[e-o]+$/);
  expect(written.join('')).toBe(acknowledged);
});

test('when the disk has room again, the journal gets what it lacks with the next write', () => {
  const [acknowledged, written] = fill('room');
  expect(acknowledged).toMatch(/^abcd[e-o]+$/);
  expect(written.join('')).toBe('abcdefghijklmnopqrstuvwxyzlast');
});

test('a value that cannot be written fails alone', () => {
  const store = openStore({ dir });
  const values = store.collection<unknown>('n');
  const circular: { self?: unknown } = {};
  circular.self = circular;
  expect(() => values.put('impossible', circular)).toThrow('circular');
  values.put('one', 1);
  store.close();
  const again = openStore({ dir });
  expect([...again.collection('n').keys()]).toEqual(['one']);
  again.close();
});
