import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from './store.ts';

let dir: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'emulator-kit-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

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

test('a batch that a crash interrupts leaves nothing behind', () => {
  openStore({ dir }).close();
  const script = `
    import { openStore } from '${join(import.meta.dirname, 'store.ts')}';
    const store = openStore({ dir: process.argv[1] });
    const numbers = store.collection('n');
    numbers.put('before', 0);
    store.batch(() => { numbers.put('one', 1); process.kill(process.pid, 'SIGKILL'); });`;
  spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script, dir]);
  const store = openStore({ dir });
  expect([...store.collection('n').keys()]).toEqual(['before']);
  store.close();
});

test('an updated record stays in its place, and one that is added again goes to the end', () => {
  const first = openStore({ dir });
  const numbers = first.collection<number>('n');
  for (const key of ['a', 'b', 'c']) numbers.put(key, 1);
  numbers.put('a', 2);
  numbers.delete('b');
  numbers.put('b', 3);
  const before = [...numbers.keys()];
  first.close();
  const second = openStore({ dir });
  expect([...second.collection('n').keys()]).toEqual(before);
  expect(before).toEqual(['a', 'c', 'b']);
  second.close();
});

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test('folders and files are for their owner only', () => {
  const folder = join(dir, 'data', 'store');
  const store = openStore({ dir: folder });
  store.collection('n').put('one', 1);
  expect([join(dir, 'data'), folder].map(modeOf)).toEqual(['700', '700']);
  expect(readdirSync(folder).toSorted()).toEqual(['pid', 'store.sqlite', 'store.sqlite-wal']);
  expect(readdirSync(folder).map((name) => modeOf(join(folder, name)))).toEqual(['600', '600', '600']);
  store.close();
});

test.each([
  ['is not a database', () => Buffer.from('garbage\n'.repeat(1000))],
  ['has an overwritten page', (file: Buffer) => file.fill(255, 4096, 8192)],
  ['is cut off', (file: Buffer) => file.subarray(0, 40_960)],
])('a file that %s is refused and left unchanged', (_, damage) => {
  const store = openStore({ dir });
  store.batch(() => {
    for (let key = 0; key < 200; key += 1) store.collection('n').put(String(key), 'x'.repeat(300));
  });
  store.close();
  const file = join(dir, 'store.sqlite');
  const damaged = damage(readFileSync(file));
  writeFileSync(file, damaged);
  // Twice, because a refusal that left the file open would lock it.
  for (const code of ['STORE_DAMAGED', 'STORE_DAMAGED'])
    expect(() => openStore({ dir })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(file) }),
    );
  expect(readFileSync(file)).toEqual(damaged);
});

test('a folder of an older version starts empty, and that is reported', async () => {
  writeFileSync(join(dir, 'journal.jsonl'), '[["n","one",1]]\n');
  const warned = once(process, 'warning');
  const store = openStore({ dir });
  expect(String((await warned)[0])).toContain(`${dir} was written by an older version`);
  expect(store.collection('n').size).toBe(0);
  store.close();
});

/** A limit on the size of files acts like a full disk: a write stops halfway, and the next one fails. */
const limited = `
  import { spawnSync } from 'node:child_process';
  import { openStore } from '${join(import.meta.dirname, 'store.ts')}';
  process.on('SIGXFSZ', () => undefined);
  const store = openStore({ dir: process.argv[1] });
  const stored = [];
  for (const name of 'abcdefghijklmnopqrstuvwxyz') {
    try {
      store.collection('n').put(name, name.repeat(name === 'p' ? 1 : 9000));
      stored.push(name);
    } catch (error) {
      if (error.code !== 'ERR_SQLITE_ERROR') throw error;
    }
  }
  if (process.argv[2] === 'space') {
    spawnSync('prlimit', ['--pid=' + process.pid, '--fsize=unlimited']);
    store.collection('n').put('last', 1);
  }
  console.log(stored.join(''));
`;

/** Returns the keys whose writes were acknowledged, and those on the disk. */
function fill(...mode: string[]): [acknowledged: string, written: string[]] {
  const script = ['--input-type=module-typescript', '-e', limited, dir, ...mode];
  const command = `ulimit -S -f 256; exec "$0" "$@"`;
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
  expect(acknowledged).toMatch(/^abc[d-o]+$/);
  expect(written.join('')).toBe(acknowledged);
});

test('when the disk has space again, the next write stores what is missing', () => {
  const [acknowledged, written] = fill('space');
  expect(acknowledged).toMatch(/^abc[d-o]+$/);
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

const kit = join(import.meta.dirname, 'index.ts');
const script = `
  import { openStore } from ${JSON.stringify(kit)};
  try { openStore({ dir: process.argv[1] }); console.log('open'); setInterval(() => {}, 1000); }
  catch (error) { console.log(error.code); }
`;

/** Opens the store in another process. `output` is `open` or the error's code. */
async function opener(): Promise<{ output: string; child: ChildProcess }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [chunk] = await once(child.stdout ?? child, 'data');
  return { output: String(chunk).trim(), child };
}

test('a folder in use is refused with the id of the other process, and is free after kill -9', async () => {
  const { output, child } = await opener();
  expect(output).toBe('open');
  expect(() => openStore({ dir })).toThrow(`${dir} is in use by process ${child.pid}.`);
  expect((await opener()).output).toBe('STORE_LOCKED');
  child.kill('SIGKILL');
  await once(child, 'exit');
  openStore({ dir }).close();
});

test('of many concurrent processes, one opens the store', async () => {
  const output = await Promise.all(Array.from({ length: 4 }, async () => (await opener()).output));
  expect(output.toSorted()).toEqual(['STORE_LOCKED', 'STORE_LOCKED', 'STORE_LOCKED', 'open']);
});
