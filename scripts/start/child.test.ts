import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Child, startChild } from './child.ts';

let folder: string;
let children: Child[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-child-'));
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map((child) => child.stop()));
  rmSync(folder, { recursive: true, force: true });
});

/** @returns the child and the first line that it printed. */
async function start(script: string): Promise<{ child: Child; line: string }> {
  const line = Promise.withResolvers<string>();
  const child = startChild({
    name: 'child',
    args: ['-e', script],
    cwd: folder,
    environment: process.env,
    logFile: join(folder, 'logs', 'child.log'),
    onLine: line.resolve,
  });
  children.push(child);
  return { child, line: await Promise.race([line.promise, child.ended]) };
}

async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 6_000; tries += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(10);
  }
  return false;
}

test('stop sends SIGTERM, so a child can clean up', async () => {
  const { child } = await start(`
    process.once('SIGTERM', () => { console.log('bye'); process.exit(0); });
    setInterval(() => {}, 1000);
    console.log('hello');`);
  await child.stop();
  expect(await child.ended).toBe('exit code 0');
  expect(child.tail).toEqual(['hello', 'bye']);
  expect(readFileSync(join(folder, 'logs', 'child.log'), 'utf8')).toBe('hello\nbye\n');
});

test('stop also ends the processes that a child started', async () => {
  const { child, line } = await start(`
    const { spawn } = require('node:child_process');
    console.log(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }).pid);
    setInterval(() => {}, 1000);`);
  await child.stop();
  expect(await isGone(Number(line))).toBe(true);
});

test('kill ends a child that ignores SIGTERM', async () => {
  const { child } = await start(`
    process.on('SIGTERM', () => {});
    setInterval(() => {}, 1000);
    console.log('hello');`);
  child.kill();
  expect(await child.ended).toBe('SIGKILL');
});

test('when a child exits by itself, the reason and its last lines are available', async () => {
  const { child } = await start(`console.error('no'); process.exitCode = 3;`);
  expect(await child.ended).toBe('exit code 3');
  expect(child.tail).toEqual(['no']);
});

test('only the owner can read the log, even if an older version created it', async () => {
  const modes = (): number[] =>
    [join(folder, 'logs'), join(folder, 'logs', 'child.log')].map((path) => statSync(path).mode & 0o777);
  await start(`console.log('hello')`);
  expect(modes()).toEqual([0o700, 0o600]);
  rmSync(join(folder, 'logs'), { recursive: true });
  mkdirSync(join(folder, 'logs'), { mode: 0o755 });
  writeFileSync(join(folder, 'logs', 'child.log'), 'old', { mode: 0o644 });
  await start(`console.log('hello')`);
  expect(modes()).toEqual([0o700, 0o600]);
});

test('a child stops as on SIGTERM when its parent process is killed', async () => {
  const module = new URL('child.ts', import.meta.url).href;
  const script = `process.once('SIGTERM', () => {
    console.log('nobody reads this');
    require('node:fs').writeFileSync('cleaned-up', '');
    process.exit(0);
  });
  setInterval(() => {}, 1000);
  console.log(process.pid);`;
  const starter = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { startChild } = await import(${JSON.stringify(module)});
      startChild({ name: 'child', args: ['-e', ${JSON.stringify(script)}], cwd: process.cwd(),
        environment: process.env, logFile: 'logs/child.log', onLine: (line) => console.log(line) });`,
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [output] = await once(starter.stdout, 'data');
  starter.kill('SIGKILL');
  expect(await isGone(Number(output))).toBe(true);
  expect(readFileSync(join(folder, 'cleaned-up'), 'utf8')).toBe('');
});
