import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The temporary folder of one run of the tests. */
export interface RunFolder {
  readonly path: string;
  /** Ends the processes that use the folder and removes it. @returns the command lines of those processes, one per line */
  close(): Promise<string>;
}

/**
 * Makes a folder that is removed, with all processes that use it, when this process ends in any way, a SIGKILL included: a process
 * beside this one (clean-up.ts) waits until the kernel closes the pipe between the two. A process uses the folder if its environment
 * (as `TMPDIR`) or its command line names it.
 */
export function openRunFolder(): RunFolder {
  const path = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
  // In a session of its own, so that no signal to this process's group reaches it.
  const cleanUp = spawn(process.execPath, [join(import.meta.dirname, 'clean-up.ts'), path], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  cleanUp.unref();
  const ended = once(cleanUp, 'exit');
  return {
    path,
    async close() {
      cleanUp.stdin.end();
      const [left] = await Promise.all([text(cleanUp.stdout), ended]);
      return left.trimEnd();
    },
  };
}
