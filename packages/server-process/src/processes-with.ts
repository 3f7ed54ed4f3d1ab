import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

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
