import { readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Cluster } from './cluster.ts';
import { joinOrStart, type Session } from './join-or-start.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { DATABASE_USER, ensureCluster } from './postgres-cluster.ts';
import { type EmbeddedPostgresLog, supervise } from './supervise.ts';

/** Where the data is, and where to report. */
export interface EmbeddedPostgresOptions {
  /** The first use creates the folder `postgres` in it: `data/`, `password` (mode 0600), `postgres.log` (mode 0600). */
  readonly dataDir: string;
  /** Receives one line per start, and a warning when PostgreSQL went away. The lines have no values of the data. */
  readonly log: EmbeddedPostgresLog;
}

/** An opened cluster. While it is open, PostgreSQL is started again whenever it ends. */
export interface EmbeddedPostgres {
  /** `postgresql://…` on loopback, with the password. It stays valid across restarts of PostgreSQL. */
  readonly url: string;
  /** Stops PostgreSQL by a fast shutdown, unless another process has the same folder open. A second call does nothing. */
  stop(): Promise<void>;
}

/** PostgreSQL did not start. `message` ends with the last lines of PostgreSQL's own log. */
export class EmbeddedPostgresError extends Error {
  readonly code = 'EMBEDDED_POSTGRES_FAILED';
  override readonly name = 'EmbeddedPostgresError';
}

/**
 * Opens a real PostgreSQL in a folder, with the programs that npm installed. It listens on a port of loopback that stays
 * the same; fsync stays on.
 *
 * If a PostgreSQL already serves the folder, this joins it: the orphan of a killed process, or the PostgreSQL of a second
 * server. The last process to stop shuts it down. If PostgreSQL ends before that, one of the processes starts it again,
 * and the others join it.
 *
 * @throws {EmbeddedPostgresError} with the code EMBEDDED_POSTGRES_FAILED, when it does not accept connections within 30 s
 */
export async function openEmbeddedPostgres({
  dataDir,
  log,
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { cluster, session } = await open(resolve(dataDir, 'postgres'));
  const { pid, port, joined } = session;
  log.info(
    { pid, port, folder: cluster.folder },
    joined ? 'joined the PostgreSQL that was running' : 'started PostgreSQL',
  );
  const { stop } = supervise(cluster, session, log);
  return { url: cluster.urlOf(port), stop };
}

async function open(requested: string): Promise<{ cluster: Cluster; session: Session }> {
  try {
    const { initdb, postgres } = await findPostgresBinaries();
    await ensureCluster(requested, initdb);
    const folder = realpathSync(requested);
    const password = readFileSync(join(folder, 'password'), 'utf8');
    const cluster: Cluster = {
      folder,
      data: join(folder, 'data'),
      logFile: join(folder, 'postgres.log'),
      postgres,
      urlOf: (port) => `postgresql://${DATABASE_USER}:${password}@127.0.0.1:${port}/postgres`,
    };
    return { cluster, session: await joinOrStart(cluster) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EmbeddedPostgresError(`PostgreSQL on ${requested} did not start: ${reason}`, { cause: error });
  }
}
