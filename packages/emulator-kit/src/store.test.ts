import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
