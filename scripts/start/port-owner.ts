import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { commandLineOf } from '@latchkey/embedded-postgres';

export interface PortOwner {
  readonly pid: number;
  readonly command: string;
}

/** The process that listens on a TCP port, if this user may see it: from `/proc` on Linux, from lsof(8) elsewhere. */
export function findPortOwner(port: number): PortOwner | undefined {
  try {
    return process.platform === 'linux' ? fromProc(port) : fromLsof(port);
  } catch {
    return undefined;
  }
}

/** Columns of `/proc/net/tcp`: slot, local address, remote address, state (0A: listening), …; the tenth is the inode. */
function fromProc(port: number): PortOwner | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readLines(table)) {
      const columns = line.trim().split(/\s+/);
      if (columns[1]?.endsWith(suffix) === true && columns[3] === '0A') sockets.add(`socket:[${columns[9]}]`);
    }
  }
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name) && openFiles(name).some((target) => sockets.has(target))) {
      return { pid: Number(name), command: commandLineOf(Number(name)) };
    }
  }
  return undefined;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** Empty for another user's process, and for a process that has just exited. */
function openFiles(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => targetOf(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}

/** Empty for a file that the process has just closed; its other files still count. */
function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

function fromLsof(port: number): PortOwner | undefined {
  const output = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const pid = Number(/^p(\d+)$/m.exec(output)?.[1]);
  return Number.isInteger(pid) ? { pid, command: commandLineOf(pid) } : undefined;
}
