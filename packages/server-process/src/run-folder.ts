import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const prefix = 'latchkey-test-';

/**
 * Makes `tmpdir()` a new folder for this process and all processes that it starts, unless this process already belongs
 * to such a run. When this process ends, even by SIGKILL, a helper process ends those that still run and removes the
 * folder. Also used as Vitest's global setup.
 */
export default function openRunFolder(): void {
  if (basename(tmpdir()).startsWith(prefix)) return;
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const sweeper = spawn(
    process.execPath,
    [fileURLToPath(new URL('sweep-run-folder.ts', import.meta.url)), folder],
    // In a separate process group, so that a signal to the run's group does not end this helper.
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  sweeper.unref();
  // oxlint-disable-next-line node/no-process-env -- for every process that the run starts
  process.env['TMPDIR'] = folder;
}

export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/** The other processes with this text in their command line or environment. Zombies have neither. */
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
