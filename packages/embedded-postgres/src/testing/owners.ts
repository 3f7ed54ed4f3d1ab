import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../embedded-postgres.ts';

const log = { info: () => {}, warn: () => {} };

/** A data folder for one test, with every process that opened it. */
export interface Owners {
  /** The `dataDir`. */
  readonly parent: string;
  /** The folder `postgres` in it. */
  readonly folder: string;
  open(dataDir?: string): Promise<EmbeddedPostgres>;
  /** Opens the folder in another process and keeps it open, like a second server. SIGTERM stops it. */
  openElsewhere(): Promise<ChildProcess>;
  postmasterPid(): Promise<number>;
  /** Ends everything and removes the folder. */
  clear(): Promise<void>;
}

export async function createOwners(): Promise<Owners> {
  const parent = await mkdtemp(join(tmpdir(), 'latchkey-postgres-'));
  await chmod(parent, 0o755);
  const folder = join(parent, 'postgres');
  const opened: EmbeddedPostgres[] = [];
  const others: ChildProcess[] = [];
  return {
    parent,
    folder,
    async open(dataDir = parent) {
      const postgres = await openEmbeddedPostgres({ dataDir, log });
      opened.push(postgres);
      return postgres;
    },
    async openElsewhere() {
      const module = new URL('../embedded-postgres.ts', import.meta.url).href;
      const script = `
        const { openEmbeddedPostgres } = await import(${JSON.stringify(module)});
        const log = { info() {}, warn() {} };
        const postgres = await openEmbeddedPostgres({ dataDir: ${JSON.stringify(parent)}, log });
        process.once('SIGTERM', () => postgres.stop().then(() => process.exit(0)));
        console.log('open');`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      others.push(child);
      await once(createInterface({ input: child.stdout }), 'line');
      return child;
    },
    postmasterPid: async () =>
      Number.parseInt(await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8'), 10),
    async clear() {
      for (const other of others) other.kill('SIGKILL');
      for (const postgres of opened) await postgres.stop();
      await rm(parent, { recursive: true, force: true });
    },
  };
}

/** Ends a process and resolves with its exit code: null when the signal ended it. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
  return child.exitCode;
}

export async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  // A connection that breaks may say so several times, of which the query's promise takes only one.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
}

export async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 6_000; tries += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(10);
  }
  return false;
}
