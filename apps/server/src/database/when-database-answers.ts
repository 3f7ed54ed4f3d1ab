import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isDatabaseOutage } from './outage.ts';

/** Milliseconds: a PostgreSQL that starts together with the server, or recovers after a crash, has answered by then. */
const patience = 60_000;
const pause = 1_000;

/**
 * Opens what needs PostgreSQL. As long as PostgreSQL does not answer, tries again every second, for a minute. What PostgreSQL
 * refuses (a wrong password, an unknown database) fails at once.
 * @param stop - no further attempt is made after it is aborted
 * @throws what the last attempt threw
 */
export async function whenDatabaseAnswers<Opened>(
  open: () => Promise<Opened>,
  { stop, log }: { readonly stop: AbortSignal; readonly log: Logger },
): Promise<Opened> {
  const end = performance.now() + patience;
  /* oxlint-disable no-await-in-loop -- one attempt after the other */
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
