import { type ChildProcess, spawn, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * The shell becomes the program, so that its pid and exit status are the program's. A second shell in the process
 * group waits for the end of stdin, which the kernel closes when this process ends, even by `kill -9`. Then it
 * signals the program, and kills the group once the program has ended, or after ten seconds.
 */
const SCRIPT = `exec 3<&0
({ read -r _ <&3; kill -s "$0" $$; for _ in 1 2 3 4 5 6 7 8 9 10; do sleep 1; kill -0 $$ || break; done; kill -9 0; } >/dev/null 2>&1 &)
exec "$@" </dev/null 3<&-`;

export interface OwnedChildOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where stdout and stderr go: nowhere, to a pipe, or to an open file. Default: nowhere. */
  readonly output?: 'ignore' | 'pipe' | number;
  /** Default: TERM. */
  readonly stopSignal?: 'INT' | 'TERM';
  readonly uid?: number;
  readonly gid?: number;
}

/** A child process that does not outlive this one. */
export interface OwnedChild {
  readonly process: ChildProcess;
  /** Resolves when the process has ended and its output is complete: `exit code 1`, `SIGKILL`. Never rejects. */
  readonly ended: Promise<string>;
  /** Sends the stop signal, and SIGKILL after ten seconds. Resolves when it has ended. */
  stop(): Promise<void>;
  /** Sends SIGKILL to the program and its process group. */
  kill(): void;
}

/**
 * Starts a program in its own session, so that Ctrl-C in a terminal reaches only this process. The other processes of
 * the program's group end when the program or this process ends.
 */
export function startOwnedChild(
  command: readonly string[],
  { output = 'ignore', stopSignal = 'TERM', ...options }: OwnedChildOptions,
): OwnedChild {
  const child = spawn('/bin/sh', ['-c', SCRIPT, stopSignal, ...command], {
    ...options,
    detached: true,
    stdio: ['pipe', output, output],
  });
  // The program may end just when its stdin is closed.
  child.stdin?.on('error', () => {});
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group is empty.
    }
  };
  child.once('exit', () => {
    // Killed before the pipe closes, because the second shell must not signal a pid that has become free.
    kill();
    child.stdin?.destroy();
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  return {
    process: child,
    ended,
    async stop() {
      child.stdin?.destroy();
      await ended;
    },
    kill,
  };
}

/**
 * Shows whether the pid in an old file is still that of its writer. Empty for a zombie or a missing process.
 */
export function commandLineOf(pid: number): string {
  try {
    if (process.platform === 'linux') {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    }
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
