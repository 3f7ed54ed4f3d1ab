import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export interface ServerProcess {
  readonly url: string;
  /** Its data go with it. */
  stop(): Promise<void>;
}

const Listening = z.object({ msg: z.literal('listening'), address: z.object({ port: z.number() }) });

/** The server as it ships, in a process of its own with a PostgreSQL of its own; resolves when it listens. */
export async function startServerProcess(
  environment: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-cli-'));
  const main = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main], {
    // PostgreSQL asks the system's own programs under which account it may run.
    env: { PATH: '/usr/bin:/bin', PORT: '0', DATA_DIR: dataDir, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
  const gone = once(child, 'exit');
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const listening = line.startsWith('{') ? Listening.safeParse(JSON.parse(line)).data : undefined;
      if (listening !== undefined) resolve(listening.address.port);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${complaints.join('')}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM');
      await gone;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
