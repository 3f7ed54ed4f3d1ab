import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('peers', import.meta.url));

let installed: Promise<void> | undefined;

/**
 * Installs the libraries that Latchkey is compared with, from the lockfile of `bench/peers`. They are not part of the
 * workspace, so that only those who run benchmarks download them. If a peer cannot be installed, its variant fails to
 * open, and its row in the table has the error.
 */
export function installPeers(): Promise<void> {
  return (installed ??= install());
}

async function install(): Promise<void> {
  process.stderr.write('Installing the peers (bench/peers), which takes a while the first time.\n');
  const args = ['--ignore-workspace', '--frozen-lockfile', '--prefer-offline', '--reporter=silent'];
  const child = spawn('pnpm', ['install', ...args], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  // `once` rejects when `pnpm` is not installed.
  const [status]: unknown[] = await once(child, 'close').catch(() => []);
  if (status !== 0)
    process.stderr.write('The peers could not be installed. Rows of missing peers show an error.\n');
}
