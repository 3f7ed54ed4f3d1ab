import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isDatabaseOutage } from './outage.ts';

/** Milliseconds in which a PostgreSQL that starts with the server, or recovers after a crash, is available. */
const patience = 60_000;
const pause = 1_000;

/**
 * Opens a resource that needs PostgreSQL. While PostgreSQL is unavailable, retries every second for a minute. Errors
 * that PostgreSQL returns (a wrong password, an unknown database) fail immediately.
 * @param stop - aborting it stops further attempts
 * @throws the error of the last attempt
 */
export async function whenDatabaseAnswers<Opened>(
  open: () => Promise<Opened>,
  { stop, log }: { readonly stop: AbortSignal; readonly log: Logger },
): Promise<Opened> {
  const end = performance.now() + patience;
  /* oxlint-disable no-await-in-loop -- one attempt at a time */
  for (;;) {
    try {
      return await open();
    } catch (err) {
      if (!isDatabaseOutage(err) || stop.aborted || performance.now() > end) throw err;
      log.warn({ err }, 'PostgreSQL does not answer yet: trying again');
      await sleep(pause, undefined, { signal: stop }).catch(() => {});
      if (stop.aborted) throw err;
    }
  }
  /* oxlint-enable no-await-in-loop */
}
