import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process that runs an emulator's CLI. Disposing it stops the process. */
export interface EmulatorProcess extends AsyncDisposable {
  /** The first line of output, parsed: the URLs and keys. */
  readonly ready: Promise<unknown>;
}

/** Runs an emulator's CLI on a free port; `args` are added to `--port 0 --json`. */
export function startEmulatorProcess(name: 'logto' | 'permit', args: readonly string[]): EmulatorProcess {
  const cli = fileURLToPath(new URL(`../../../${name}-emulator/src/cli.ts`, import.meta.url));
  const child = spawn(process.execPath, [cli, '--port', '0', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    ready: new Promise((resolve) => {
      createInterface(child.stdout).once('line', (line) => resolve(JSON.parse(line)));
    }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill();
      }),
  };
}
