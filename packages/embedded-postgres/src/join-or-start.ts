import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import type { Cluster } from './cluster.ts';
import { type Keeper, openKeeper } from './keeper.ts';
import { findPostmaster } from './postmaster.ts';
import { explainFailure, startPostmaster } from './start-postmaster.ts';

/** A PostgreSQL that accepts connections, and this process's hold on it. */
export interface Session {
  readonly keeper: Keeper;
  readonly pid: number;
  readonly port: number;
  /** Whether another process has started it. */
  readonly joined: boolean;
}

const TIMEOUT_MS = 30_000;
const START_ATTEMPTS = 5;

export interface JoinOptions {
  /** The port that it must have. Without it, any port will do. */
  readonly port?: number;
  /** When aborted, nothing is started any more; what runs already is joined nevertheless. */
  readonly signal?: AbortSignal;
}

/**
 * Joins the PostgreSQL of the folder, or starts it. Waits for one that is shutting down or recovering.
 *
 * Several processes may do this at the same time: all but one of their PostgreSQLs then refuse to start on the folder, and
 * the other processes join the one that runs.
 *
 * @throws {Error} when it does not accept connections within 30 s, or five starts fail: the last lines of its own log
 * @throws the signal's reason, when it is aborted and nothing runs
 */
export async function joinOrStart(cluster: Cluster, { port, signal }: JoinOptions = {}): Promise<Session> {
  let child: ChildProcess | undefined;
  let attempts = 0;
  let lastError: unknown;
  for (const end = Date.now() + TIMEOUT_MS; Date.now() < end; await sleep(15)) {
    const running = findPostmaster(cluster.data);
    if (running?.port !== undefined) {
      if (port !== undefined && running.port !== port) {
        throw new Error(`another process started PostgreSQL on port ${running.port}, not on ${port}`);
      }
      const keeper = await openKeeper(cluster.urlOf(running.port)).catch((error: unknown) => {
        if (error instanceof DatabaseError && error.code === '28P01') throw error;
        lastError = error;
        // It recovers. Each try costs it a process.
        return sleep(40, undefined);
      });
      if (keeper) {
        return { keeper, pid: running.pid, port: running.port, joined: running.pid !== child?.pid };
      }
    } else if (running === undefined && (child === undefined || hasEnded(child))) {
      if (attempts === START_ATTEMPTS) break;
      // The start failed. Another process may have started PostgreSQL first, or the last processes of a killed
      // PostgreSQL still run: wait a little longer before each further attempt.
      if (attempts > 0) await sleep(attempts * 100);
      signal?.throwIfAborted();
      attempts += 1;
      child = await startPostmaster(cluster, port);
    }
  }
  if (lastError instanceof Error && attempts === 0) throw lastError;
  if (findPostmaster(cluster.data) === undefined) await explainFailure(cluster);
  throw new Error(lastLinesOf(cluster.logFile));
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function lastLinesOf(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
}
