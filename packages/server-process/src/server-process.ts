import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** The address stays the same when the server restarts. */
export interface ServerProcess {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** Changes with `restart`. */
  readonly pid: number;
  /** Uses SIGKILL, so that the server cannot flush or clean up anything. */
  kill(): Promise<void>;
  /** Ends the server with SIGTERM, then starts a new process on the same port with the same environment and data. */
  restart(): Promise<void>;
  /** Ends the server with SIGTERM and removes its own data folder, if any. Resolves to the exit code. */
  stop(): Promise<number | null>;
}

type Environment = Readonly<Record<string, string>>;

interface Running {
  readonly pid: number;
  readonly port: number;
  /** Resolves to the exit code; `null` if the signal ended the process. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Those of the script `start`: see "Request limits" in docs/guide/troubleshooting.md. */
const flags = ['--max-semi-space-size=8', '--optimize-for-size'];
const sources = fileURLToPath(new URL('../../../apps/server/src/main.ts', import.meta.url));
const Listening = z.object({ msg: z.literal('listening'), address: z.object({ port: z.number() }) });

/**
 * Starts the server in a separate process, on a free loopback port.
 *
 * The process sees only the variables given here. Without `DATABASE_URL` it runs embedded PostgreSQL in a new temporary
 * folder, which shuts down when the server is killed.
 *
 * @param environment - the server's variables, see `apps/server/src/env.ts`; `LOG_LEVEL` must be `info` or lower
 * @param program - the path of the program. Default: the sources; `pnpm build` creates `apps/server/dist/main.js`
 * @throws {Error} with the server's stderr, if the server ends before it listens
 */
export async function startServerProcess(
  environment: Environment,
  program = sources,
): Promise<ServerProcess> {
  const ownData =
    environment['DATABASE_URL'] === undefined
      ? await mkdtemp(join(tmpdir(), 'latchkey-server-process-'))
      : undefined;
  const all = ownData === undefined ? environment : { ...environment, DATA_DIR: ownData };
  let running = await start(program, { PORT: '0', ...all });
  const { port } = running;
  return {
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return running.pid;
    },
    async kill() {
      await running.end('SIGKILL');
    },
    async restart() {
      await running.end('SIGTERM');
      running = await start(program, { ...all, PORT: String(port) });
    },
    async stop() {
      const code = await running.end('SIGTERM');
      if (ownData !== undefined) await rm(ownData, { recursive: true, force: true });
      return code;
    },
  };
}

async function start(program: string, environment: Environment): Promise<Running> {
  const child = spawn(process.execPath, [...flags, program], {
    // PATH: embedded PostgreSQL calls id(1) and setpriv(1) to choose its account. TMPDIR: lets `sweep-run-folder.ts`
    // find the process after the test run.
    env: { PATH: '/usr/bin:/bin', TMPDIR: tmpdir(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const gone = once(child, 'exit');
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const listening = line.startsWith('{') ? Listening.safeParse(JSON.parse(line)).data : undefined;
      if (listening !== undefined) resolve(listening.address.port);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${errors.join('')}`)));
  });
  return {
    pid: child.pid ?? 0,
    port,
    async end(signal) {
      child.kill(signal);
      await gone;
      return child.exitCode;
    },
  };
}

/** Below the ephemeral range, so that no outgoing connection takes the port before the test does. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 15_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((done) => server.close(done));
    if (isFree) return port;
  }
}
