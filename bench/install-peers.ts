import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('peers', import.meta.url));

let installed: Promise<void> | undefined;

/**
 * Installs what the benchmarks compare with, as the lockfile of `bench/peers` has it. It is no part of the workspace, so a clone
 * that measures nothing never downloads it. A peer that cannot be installed fails when it is opened, and its row shows that.
 */
export function installPeers(): Promise<void> {
  return (installed ??= install());
}

async function install(): Promise<void> {
  process.stderr.write('Installing the peers (bench/peers), which takes a while the first time.\n');
  const args = ['--ignore-workspace', '--frozen-lockfile', '--prefer-offline', '--reporter=silent'];
  const child = spawn('pnpm', ['install', ...args], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  // It emits `error` when there is no such program, which is as bad.
  const [status]: unknown[] = await once(child, 'close').catch(() => []);
  if (status !== 0) process.stderr.write('The peers could not be installed: what is there is measured.\n');
}
