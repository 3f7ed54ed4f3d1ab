import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const prefix = 'latchkey-test-';

/**
 * Makes `tmpdir()` a new folder in this process and in all that it starts, unless it is within such a run already. When this process ends,
 * also by a SIGKILL, another one ends what was started and still runs, and removes the folder. Vitest's global setup, too.
 */
export default function openRunFolder(): void {
  if (basename(tmpdir()).startsWith(prefix)) return;
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const sweeper = spawn(
    process.execPath,
    [fileURLToPath(new URL('sweep-run-folder.ts', import.meta.url)), folder],
    // A process group of its own: a signal to the group of the run must not end it.
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  sweeper.unref();
  // oxlint-disable-next-line node/no-process-env -- for every process that the run starts
  process.env['TMPDIR'] = folder;
}

export interface RunningProcess {
  readonly pid: number;
  /** Its command line, then its environment. */
  readonly command: string;
}

/** The other processes that have this text on their command line or in their environment. Zombies have neither. */
export function processesWith(text: string): RunningProcess[] {
  const all = process.platform === 'linux' ? readProcesses() : listProcesses();
  return all.filter(({ pid, command }) => pid !== process.pid && command.includes(text));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function readProcesses(): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({
      pid: Number(pid),
      command: read(`/proc/${pid}/cmdline`) + read(`/proc/${pid}/environ`),
    }));
}

function listProcesses(): RunningProcess[] {
  const lines = execFileSync('ps', ['axeww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n');
  return lines.map((line) => ({ pid: Number.parseInt(line, 10), command: line.replace(/^\s*\d+\s+/, '') }));
}
