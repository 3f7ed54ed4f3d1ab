import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseEnv } from 'node:util';
import { freePort } from '@latchkey/server-process';
import { z } from 'zod';

/** The addresses of the system under test: the line that `start --json` prints. */
const Stack = z.object({
  web: z.url(),
  server: z.url(),
  logto: z.url(),
  permitApi: z.url(),
  permitPdp: z.url(),
  permitApiKey: z.string(),
  people: z.array(z.object({ username: z.string(), password: z.string() })),
});
export type Stack = z.output<typeof Stack>;

const VARIABLE = 'LATCHKEY_E2E_STACK';

export function parseStack(line: string): Stack {
  return Stack.parse(JSON.parse(line));
}

/** Makes the addresses in the line of `start --json` available to helpers that are not fixtures. */
export function publishStack(line: string): void {
  process.env[VARIABLE] = JSON.stringify(parseStack(line));
}

export function readStack(): Stack {
  return Stack.parse(JSON.parse(process.env[VARIABLE] ?? 'null'));
}

export const root = resolve(import.meta.dirname, '..');

export interface RunningSystem {
  readonly line: string;
  readonly stop: () => Promise<void>;
}

export interface SystemOptions {
  readonly logFile: string;
  /** Called with the empty data folder before anything runs. */
  readonly prepare?: (dataDir: string) => Promise<void>;
  /** Whether to seed a history. Default: false, because tests count items. */
  readonly withPast?: boolean;
}

/** Runs `start` as a user would, on free ports and fresh data. */
export async function startSystem({
  logFile,
  prepare,
  withPast = false,
}: SystemOptions): Promise<RunningSystem> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-e2e-'));
  await prepare?.(dataDir);
  const start = spawn(process.execPath, ['scripts/start.ts', '--json', '--verbose'], {
    cwd: root,
    env: {
      ...process.env,
      ...(await environment(dataDir)),
      SEED_PAST: withPast ? 'on' : 'off',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(start, 'exit');
  start.stderr.pipe(createWriteStream(logFile));
  const end = async (): Promise<void> => {
    if (isRunning(start)) start.kill('SIGTERM');
    await exited;
    await rm(dataDir, { recursive: true, force: true });
  };
  const ready = once(createInterface({ input: start.stdout }), 'line').then(([line]) => String(line));
  const line = await Promise.race([ready, exited.then(() => undefined)]);
  if (line === undefined) {
    await end();
    throw new Error(`"start" ended before it was ready:\n${readFileSync(logFile, 'utf8')}`);
  }
  return {
    line,
    async stop() {
      await end();
      if (start.exitCode !== 0) throw new Error(`"start" failed to stop cleanly: see ${logFile}`);
    },
  };
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/**
 * The environment of `start`. The values of `.env.example` override a developer's `.env`: these tests never use a live
 * system.
 */
async function environment(dataDir: string): Promise<Record<string, string | undefined>> {
  const [web, server, logto, api, pdp] = await freePorts(5);
  return {
    ...parseEnv(await readFile(join(root, '.env.example'), 'utf8')),
    DATABASE_URL: '',
    DATA_DIR: dataDir,
    // A scheduled run would interfere with the tests of runs.
    SYNC_SWEEP_MINUTES: '0',
    WEB_PORT: web,
    PORT: server,
    LOGTO_EMULATOR_PORT: logto,
    PERMIT_API_PORT: api,
    PERMIT_PDP_PORT: pdp,
  };
}

export async function freePorts(count: number): Promise<string[]> {
  const ports = new Set<string>();
  while (ports.size < count) ports.add(String(await freePort())); // oxlint-disable-line no-await-in-loop -- one after the other
  return [...ports];
}
