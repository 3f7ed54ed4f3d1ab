import { spawn } from 'node:child_process';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const root = join(import.meta.dirname, 'testing', 'interrupted');
const patience = { timeout: 60_000, interval: 50 };

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'latchkey-interrupted-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

function read(pattern: string): string {
  const [path] = globSync(pattern, { cwd: parent });
  return path === undefined ? '' : readFileSync(join(parent, path), 'utf8');
}

/** The process ids of the runner, its worker, a server, another process that the test started, and PostgreSQL. */
function pidsOfRun(): number[] {
  const postgres = Number.parseInt(read('latchkey-test-*/*/postgres/data/postmaster.pid'), 10);
  return [...z.array(z.number()).parse(JSON.parse(read('latchkey-test-*/pids.json'))), postgres];
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readStatus(pid));
  } catch {
    return false;
  }
}

/** In a container, a process whose parent has ended may remain as a zombie. */
function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

test.each([
  ['SIGINT', 'its process group'],
  ['SIGTERM', 'its process group'],
  ['SIGTERM', 'the runner alone'],
  ['SIGKILL', 'the runner alone'],
] as const)(
  'after %s to %s, a test run leaves no process and no folder',
  async (signal, target) => {
    const run = spawn(process.execPath, [vitest, 'run', '--root', root], {
      detached: true,
      stdio: 'ignore',
      env: { PATH: '/usr/bin:/bin', TMPDIR: parent },
    });
    await expect.poll(() => read('latchkey-test-*/pids.json'), patience).not.toBe('');
    const pids = pidsOfRun();
    expect(pids.filter(isRunning)).toEqual(pids);
    process.kill(target === 'its process group' ? -Number(run.pid) : Number(run.pid), signal);
    await expect.poll(() => readdirSync(parent), patience).toEqual([]);
    await expect.poll(() => pids.filter(isRunning), patience).toEqual([]);
  },
  180_000,
);
