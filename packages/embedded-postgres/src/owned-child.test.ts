import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commandLineOf, type OwnedChild, startOwnedChild } from './owned-child.ts';

let folder: string;
let children: OwnedChild[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-child-'));
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map((child) => child.stop()));
  rmSync(folder, { recursive: true, force: true });
});

const forever = 'setInterval(() => {}, 1000);';

async function start(script: string): Promise<{ child: OwnedChild; line: string }> {
  const options = { cwd: folder, env: {}, output: 'pipe' } as const;
  const child = startOwnedChild([process.execPath, '-e', script], options);
  children.push(child);
  const [line] = await once(child.process.stdout ?? child.process, 'data');
  return { child, line: String(line) };
}

test('stop sends the stop signal, so a child can clean up', async () => {
  const { child } = await start(
    `process.once('SIGTERM', () => process.exit(7)); ${forever} console.log('hello');`,
  );
  await child.stop();
  expect(await child.ended).toBe('exit code 7');
});

test('reports how a child ended by itself, and ends the processes that it started', async () => {
  const { child, line } = await start(`
    const { spawn } = require('node:child_process');
    console.log(spawn(process.execPath, ['-e', '${forever}'], { stdio: 'ignore' }).pid);
    setTimeout(() => process.exit(3), 100);`);
  expect(await child.ended).toBe('exit code 3');
  await expect.poll(() => commandLineOf(Number(line))).toBe('');
});

test('kill ends a child that ignores the stop signal', async () => {
  const { child } = await start(`process.on('SIGTERM', () => {}); ${forever} console.log('hello');`);
  child.kill();
  expect(await child.ended).toBe('SIGKILL');
});

test('reports why a program that does not exist could not start', async () => {
  const child = startOwnedChild(['/no/such/program'], { cwd: folder, env: {} });
  expect(await child.ended).toBe('exit code 127');
});

/** Starts a child in another process and kills that process. Resolves when the child has ended. */
async function startAndKillParent(onStop: string, work = forever): Promise<void> {
  const module = new URL('owned-child.ts', import.meta.url).href;
  const script = `process.on('SIGTERM', () => {${onStop}}); console.log(process.pid); ${work}`;
  const parentScript = `
    const { startOwnedChild } = await import(${JSON.stringify(module)});
    const { process: child } = startOwnedChild([process.execPath, '-e', ${JSON.stringify(script)}],
      { cwd: process.cwd(), env: {}, output: 'pipe' });
    child.stdout.pipe(process.stdout);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', parentScript], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [pid] = await once(parent.stdout, 'data');
  parent.kill('SIGKILL');
  await expect.poll(() => commandLineOf(Number(pid))).toBe('');
}

test('a child gets its stop signal when its parent is killed', async () => {
  await startAndKillParent(`
    console.log('unread output');
    require('node:fs').writeFileSync('cleaned-up', '');
    process.exit(0);`);
  expect(readFileSync(join(folder, 'cleaned-up'), 'utf8')).toBe('');
});

test('a hanging child, which does not react to signals, is killed when its parent is killed', async () => {
  const hang = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);';
  await expect(startAndKillParent('', hang)).resolves.toBeUndefined();
});
