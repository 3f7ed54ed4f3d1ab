import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Seed } from '@latchkey/logto-emulator';
import { z } from 'zod';

export interface EmulatorProcesses extends AsyncDisposable {
  readonly logtoUrl: string;
  readonly permit: { readonly apiUrl: string; readonly pdpUrl: string; readonly apiKey: string };
}

const LogtoReady = z.looseObject({ url: z.url() });
const PermitReady = z.looseObject({
  url: z.url(),
  pdpUrl: z.url(),
  keys: z.looseObject({ environment: z.string() }),
});

/** Both emulators in processes of their own, so that a bench measures its own process and nothing else. */
export async function startEmulatorProcesses(seed: Seed): Promise<EmulatorProcesses> {
  const stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const seedFile = join(folder, 'logto.json');
  await writeFile(seedFile, JSON.stringify(seed));
  const start = async (name: string, args: readonly string[]): Promise<unknown> => {
    const cli = fileURLToPath(new URL(`../../../${name}-emulator/src/cli.ts`, import.meta.url));
    const child = spawn(process.execPath, [cli, '--port', '0', '--json', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    stack.defer(() => ended(child));
    return new Promise((resolve) => {
      createInterface(child.stdout).once('line', (line) => resolve(JSON.parse(line)));
    });
  };
  const [logto, permit] = await Promise.all([
    start('logto', ['--seed', seedFile]).then((line) => LogtoReady.parse(line)),
    start('permit', ['--pdp-port', '0', '--opa-port', 'off']).then((line) => PermitReady.parse(line)),
  ]);
  return {
    logtoUrl: logto.url,
    permit: { apiUrl: permit.url, pdpUrl: permit.pdpUrl, apiKey: permit.keys.environment },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });
}
