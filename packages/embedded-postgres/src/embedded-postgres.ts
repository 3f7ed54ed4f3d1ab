import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, openCluster } from './cluster.ts';
import type { OwnedChild } from './owned-child.ts';
import { FolderInUseError, startPostgres } from './start-postgres.ts';

export interface EmbeddedPostgresLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface EmbeddedPostgresOptions {
  /** The first use creates the folder `postgres` in it: `data/`, `password` (mode 0600), `postgres.log` (mode 0600). */
  readonly dataDir: string;
  /** Receives a line for each start, and a warning when PostgreSQL has ended. They contain no data. */
  readonly log: EmbeddedPostgresLog;
}

/** A running PostgreSQL. It is restarted whenever it ends, and ends with this process. */
export interface EmbeddedPostgres {
  /** `postgresql://…` on loopback, with the password. It stays valid across restarts of PostgreSQL. */
  readonly url: string;
  /** Stops PostgreSQL with a fast shutdown. A second call does nothing. */
  stop(): Promise<void>;
}

/** PostgreSQL did not start. `message` ends with the last lines of PostgreSQL's own log. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  get code(): 'EMBEDDED_POSTGRES_IN_USE' | 'EMBEDDED_POSTGRES_FAILED' {
    return this.cause instanceof FolderInUseError ? 'EMBEDDED_POSTGRES_IN_USE' : 'EMBEDDED_POSTGRES_FAILED';
  }
}

/** Milliseconds before the next start when all attempts of `startPostgres` have failed. */
const BACKOFF = { first: 200, last: 5_000 };

/**
 * Starts a real PostgreSQL in a folder, with the programs that npm installed. It listens on a loopback port, with fsync
 * on. When this process ends, even by `kill -9`, PostgreSQL shuts down.
 *
 * @throws {EmbeddedPostgresError} when PostgreSQL does not start, or another process uses the folder
 */
export async function openEmbeddedPostgres({
  dataDir,
  log,
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const ending = new AbortController();
  const { signal } = ending;
  const { cluster, port, child } = await open(resolve(dataDir, 'postgres'), signal);
  const { folder, logFile } = cluster;
  log.info({ pid: child.process.pid, port, folder }, 'started PostgreSQL');
  let current = child;

  async function superviseUntilStopped(): Promise<void> {
    /* oxlint-disable no-await-in-loop -- one restart after the other */
    while (!signal.aborted) {
      const reason = await current.ended;
      if (signal.aborted) break;
      log.warn({ reason, pid: current.process.pid }, 'PostgreSQL has ended');
      for (let wait = BACKOFF.first; !signal.aborted; wait = Math.min(wait * 2, BACKOFF.last)) {
        try {
          current = await startPostgres(cluster, { port, signal });
          log.info({ pid: current.process.pid, port }, 'started PostgreSQL again');
          break;
        } catch (err) {
          if (signal.aborted) break;
          // The error quotes PostgreSQL's log, which contains no data.
          log.warn({ err, logFile }, 'PostgreSQL did not start again; still trying');
          await sleep(wait, undefined, { signal }).catch(() => {});
        }
      }
    }
    /* oxlint-enable no-await-in-loop */
    await current.stop();
  }

  const stopped = superviseUntilStopped();
  return {
    url: cluster.urlOf(port),
    async stop() {
      ending.abort();
      await current.stop();
      await stopped;
    },
  };
}

/** Returns the URL of the PostgreSQL that another process of this user runs in the folder. */
export async function urlOfRunningPostgres(dataDir: string): Promise<string> {
  const cluster = await openCluster(resolve(dataDir, 'postgres'));
  // The fourth line is the port.
  const [, , , port] = readFileSync(join(cluster.data, 'postmaster.pid'), 'utf8').split('\n');
  return cluster.urlOf(Number(port));
}

async function open(
  requested: string,
  signal: AbortSignal,
): Promise<{ cluster: Cluster; port: number; child: OwnedChild }> {
  try {
    const cluster = await openCluster(requested);
    const port = await choosePort(cluster.folder);
    return { cluster, port, child: await startPostgres(cluster, { port, signal }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EmbeddedPostgresError(`PostgreSQL on ${requested} did not start: ${reason}`, { cause: error });
  }
}

/**
 * Derives the port from the folder, so that it is usually the same after a stop. It is below the ports of outgoing
 * connections (from 32,768 on Linux, from 49,152 on macOS), which therefore cannot take it while PostgreSQL restarts.
 */
async function choosePort(folder: string): Promise<number> {
  for (let attempt = 0; ; attempt += 1) {
    const hash = createHash('sha256').update(`${folder} ${attempt}`).digest();
    const port = 15_000 + (hash.readUInt32BE() % 17_000);
    if (await isFree(port)) return port; // oxlint-disable-line no-await-in-loop -- almost always the first one is free
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    await new Promise<void>((done, failed) => {
      probe.once('error', failed).listen(port, '127.0.0.1', done);
    });
    await new Promise((done) => probe.close(done));
    return true;
  } catch {
    return false;
  }
}
