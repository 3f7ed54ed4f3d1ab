import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { joinOrStart, type Session } from './join-or-start.ts';
import { findPostmaster, stopPostmaster } from './postmaster.ts';

/** The part of a pino logger that is used. */
export interface EmbeddedPostgresLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** Milliseconds before the next try, after the tries of `joinOrStart` have all failed. */
const BACKOFF = { first: 200, last: 5_000 };

/**
 * Keeps PostgreSQL running until `stop`: when the keeper's connection is lost, PostgreSQL is joined or started again on the
 * same port, so that its URL stays valid for every pool of this process and of the others.
 */
export function supervise(
  cluster: Cluster,
  first: Session,
  log: EmbeddedPostgresLog,
): { stop: () => Promise<void> } {
  const ending = new AbortController();
  const { signal } = ending;
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const watching = watch();
  let stopped: Promise<void> | undefined;

  /** Resolves after `stop` was called, with what has to be left then. */
  async function watch(): Promise<Session | undefined> {
    let session: Session | undefined = first;
    /* oxlint-disable no-await-in-loop -- one restart after the other */
    while (session !== undefined) {
      const reason = await Promise.race([session.keeper.lost, aborted]);
      if (signal.aborted) break;
      log.warn({ reason, pid: session.pid }, 'the connection to PostgreSQL was lost');
      session = await reopen();
    }
    /* oxlint-enable no-await-in-loop */
    return session;
  }

  async function reopen(): Promise<Session | undefined> {
    const began = performance.now();
    /* oxlint-disable no-await-in-loop -- one attempt at a time */
    for (let wait = BACKOFF.first; ; wait = Math.min(wait * 2, BACKOFF.last)) {
      try {
        const session = await joinOrStart(cluster, { port: first.port, signal });
        const { pid, port, joined } = session;
        const ms = Math.round(performance.now() - began);
        log.info({ pid, port, ms }, joined ? 'joined PostgreSQL again' : 'started PostgreSQL again');
        return session;
      } catch (error) {
        if (signal.aborted) return undefined;
        // Its message quotes PostgreSQL's log, which has no values.
        log.warn({ err: error, logFile: cluster.logFile }, 'PostgreSQL did not start again; still trying');
      }
      // Two processes must not disturb each other's tries in step.
      await sleep(wait * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
      if (signal.aborted) return undefined;
    }
    /* oxlint-enable no-await-in-loop */
  }

  async function stop(): Promise<void> {
    ending.abort();
    let session = await watching;
    // A crash at this very moment: PostgreSQL may be recovering, and has to be stopped nevertheless.
    while (!(await leave(session)) && findPostmaster(cluster.data) !== undefined) {
      session = await joinOrStart(cluster, { signal }).catch(() => undefined);
      if (session === undefined) return;
    }
  }

  return { stop: () => (stopped ??= stop()) };
}

/**
 * The last process to leave stops PostgreSQL. A process that joins at that moment waits for the lock, loses its connection,
 * and starts PostgreSQL again.
 *
 * @returns whether this process has nothing to do with PostgreSQL any more; false when the connection was lost
 */
async function leave(session: Session | undefined): Promise<boolean> {
  if (session === undefined) return false;
  const { keeper, pid } = session;
  try {
    if (await keeper.release()) await stopPostmaster(pid);
    return true;
  } catch {
    return false;
  } finally {
    await keeper.end();
  }
}
