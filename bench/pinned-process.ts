import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Whether processes can be pinned to a core. They cannot on macOS, on Windows, or with a single core. */
export const canPin =
  availableParallelism() > 1 && spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0;

/** The core of a process: 0 for the measured process, 1 for those that measure it. */
type Core = 0 | 1;

export interface PinnedProcess extends Disposable {
  /** Resolves with the parsed reply. Rejects with the error that the process reports, or when it ends. */
  ask<Schema extends z.ZodType>(schema: Schema, message: unknown): Promise<z.output<Schema>>;
  received<Schema extends z.ZodType>(schema: Schema): Promise<z.output<Schema>>;
}

const Failure = z.object({ error: z.string() });

/** Starts a module in a child process, pinned to the core if the system supports it. Disposing ends the process. */
export function startPinned(
  core: Core,
  module: URL,
  { args = [] }: { readonly args?: readonly string[] } = {},
): PinnedProcess {
  const node = [process.execPath, fileURLToPath(module), ...args];
  const [program = '', ...rest] = canPin ? ['taskset', '-c', String(core), ...node] : node;
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(0, 4_000)));
  const ended = once(child, 'close').then(() => {
    throw new Error(whyOf(errors));
  });
  ended.catch(() => {});
  const received = async <Schema extends z.ZodType>(schema: Schema): Promise<z.output<Schema>> => {
    const [message] = await Promise.race([once(child, 'message'), ended]);
    const failure = Failure.safeParse(message).data;
    if (failure !== undefined) throw new Error(failure.error);
    return schema.parse(message);
  };
  return {
    received,
    async ask(schema, message) {
      const answer = received(schema);
      child.send(Object(message));
      return answer;
    },
    [Symbol.dispose]() {
      // The process exits when it is disconnected, after ending its own child processes. If it is too busy to exit, it
      // is killed.
      if (child.connected) child.disconnect();
      const killed = setTimeout(() => child.kill('SIGKILL'), 2_000);
      child.once('exit', () => clearTimeout(killed));
    },
  };
}

/** The line of stderr with the uncaught error's message. */
function whyOf(stderr: string): string {
  return /^\w*Error\b.*$/m.exec(stderr)?.[0] ?? (stderr.trim().split('\n')[0] || 'the process ended');
}
