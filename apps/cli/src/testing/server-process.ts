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
  /** A process later, at the same address with the same data. */
  restart(): Promise<void>;
  /** Its data go with it. */
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

const Listening = z.object({ msg: z.literal('listening'), address: z.object({ port: z.number() }) });

/** The server as it ships, in a process of its own with a PostgreSQL of its own; resolves when it listens. */
export async function startServerProcess(environment: Environment): Promise<ServerProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-cli-'));
  const all = { ...environment, DATA_DIR: dataDir };
  let life = await start({ ...all, PORT: '0' });
  const { port } = life;
  return {
    url: `http://127.0.0.1:${port}`,
    async restart() {
      await life.end();
      life = await start({ ...all, PORT: String(port) });
    },
    async stop() {
      await life.end();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function start(environment: Environment): Promise<{ readonly port: number; end(): Promise<void> }> {
  const main = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main], {
    // PostgreSQL asks the system's own programs under which account it may run.
    env: { PATH: '/usr/bin:/bin', ...environment },
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
    port,
    async end() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}
