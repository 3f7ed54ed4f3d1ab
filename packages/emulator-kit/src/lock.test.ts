import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
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

const kit = join(import.meta.dirname, 'index.ts');
const script = `
  import { openStore } from ${JSON.stringify(kit)};
  try { openStore({ dir: process.argv[1] }); console.log('open'); setInterval(() => {}, 1000); }
  catch (error) { console.log(error.code); }
`;

/** Opens the store in another process, and returns its output: `open` or the error's code. */
async function opener(): Promise<{ output: string; child: ChildProcess }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [chunk] = await once(child.stdout ?? child, 'data');
  return { output: String(chunk).trim(), child };
}

test('a folder in use by another process is refused by its number, and is free after kill -9', async () => {
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
