/**
 * Waits for the end of the test run that started this process, which closes stdin. Then ends the processes that the
 * run left behind, and removes its folder. Usage: `node sweep-run-folder.ts <folder>`
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesWith } from './run-folder.ts';

const [, , folder = ''] = process.argv;

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has already ended.
  }
}

/** fault-postgres.ts mounts file systems in the folder. */
function unmount(): void {
  if (process.platform !== 'linux') return;
  for (const line of readFileSync('/proc/mounts', 'utf8').split('\n')) {
    const [, path = ''] = line.split(' ');
    if (path.startsWith(folder)) execFileSync('/bin/umount', [path]);
  }
}

await text(process.stdin).catch(() => {});
for (let attempt = 0; attempt < 1_000; attempt++) {
  const left = processesWith(folder);
  for (const { pid, command } of left) {
    // Lets PostgreSQL release its shared memory, unless that takes too long.
    const isPostgres = /^\S*\/postgres /.test(command);
    kill(pid, isPostgres && attempt < 500 ? 'SIGINT' : 'SIGKILL');
  }
  if (left.length === 0) {
    try {
      unmount();
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // The folder is still in use: the next attempt may succeed.
    }
    if (!existsSync(folder)) break;
  }
  await sleep(20); // oxlint-disable-line no-await-in-loop
}
