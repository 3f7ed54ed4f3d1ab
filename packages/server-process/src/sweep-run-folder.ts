/**
 * Waits until the test run that started it is gone, which closes its stdin. Then ends the processes that the run has left, and
 * removes the run's folder. `node sweep-run-folder.ts <folder>`
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

const [, , folder = ''] = process.argv;

interface Left {
  readonly pid: number;
  readonly command: string;
}

/** Processes with the folder in their environment, as the TMPDIR, or on their command line. Those that have ended have neither. */
function processesOfRun(): Left[] {
  const all = process.platform === 'linux' ? readProcesses() : listProcesses();
  return all.filter(({ pid, command }) => pid !== process.pid && command.includes(folder));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function readProcesses(): Left[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({
      pid: Number(pid),
      command: read(`/proc/${pid}/cmdline`) + read(`/proc/${pid}/environ`),
    }));
}

function listProcesses(): Left[] {
  const lines = execFileSync('ps', ['axeww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n');
  return lines.map((line) => ({ pid: Number.parseInt(line, 10), command: line.replace(/^\s*\d+\s+/, '') }));
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}

/** A test may have mounted a file system in it (fault-postgres.ts). */
function unmount(): void {
  if (process.platform !== 'linux') return;
  for (const line of readFileSync('/proc/mounts', 'utf8').split('\n')) {
    const [, path = ''] = line.split(' ');
    if (path.startsWith(folder)) execFileSync('/bin/umount', [path]);
  }
}

await text(process.stdin).catch(() => {});
for (let attempt = 0; attempt < 1_000; attempt++) {
  const left = processesOfRun();
  for (const { pid, command } of left) {
    // PostgreSQL gives its shared memory back, unless it takes too long.
    const isPostgres = /^\S*\/postgres /.test(command);
    kill(pid, isPostgres && attempt < 500 ? 'SIGINT' : 'SIGKILL');
  }
  if (left.length === 0) {
    try {
      unmount();
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // It is busy.
    }
    if (!existsSync(folder)) break;
  }
  await sleep(20); // oxlint-disable-line no-await-in-loop
}
