import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * What a process was started as: tells whether a number in an old file still means the process that wrote it.
 * Empty for a process that is gone, and for a zombie. From `/proc` on Linux, from ps(1) elsewhere.
 */
export function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    }
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
