import { type ChildProcess, spawn, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * The shell becomes the program: its pid and exit status are the program's. A second shell in its process group waits for
 * the end of stdin, which the kernel closes when this process ends, even by `kill -9`. It then signals the program, and
 * kills the rest of the group when the program has ended, or after ten seconds.
 */
const SCRIPT = `exec 3<&0
({ read -r _ <&3; kill -s "$0" $$; for _ in 1 2 3 4 5 6 7 8 9 10; do sleep 1; kill -0 $$ || break; done; kill -9 0; } >/dev/null 2>&1 &)
exec "$@" </dev/null 3<&-`;

export interface OwnedChildOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of stdout and stderr: ignored, a pipe, or an open file. Default: ignored. */
  readonly output?: 'ignore' | 'pipe' | number;
  /** The signal that stops the program. Default: TERM. */
  readonly stopSignal?: 'INT' | 'TERM';
  readonly uid?: number;
  readonly gid?: number;
}

/** A child process that does not outlive this one. */
export interface OwnedChild {
  /** Its pid is undefined when it could not be started. */
  readonly process: ChildProcess;
  /** Resolves when it has ended and its output is complete: `exit code 1`, `SIGKILL`. Never rejects. */
  readonly ended: Promise<string>;
  /** Sends the stop signal, and SIGKILL after ten seconds. Resolves when it has ended. */
  stop(): Promise<void>;
  /** SIGKILL for the program and its process group. */
  kill(): void;
}

/**
 * Starts a program in a session of its own, so that Ctrl-C in a terminal reaches only this process. Whichever ends first, the
 * program or this process, the other processes of the program's group end as well.
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
  // The program may end at the moment at which its stdin is closed.
  child.stdin?.on('error', () => {});
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group is empty.
    }
  };
  child.once('exit', () => {
    // Before the pipe is closed: the second shell must not signal a pid that is free.
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
 * The command line of a process: shows whether the pid in an old file still means the process that wrote it.
 * Empty for a process that does not exist, and for a zombie. From `/proc` on Linux, from ps(1) elsewhere.
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
