import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Logger } from 'pino';
import { repeat } from '../../platform/repeat.ts';
import { createStreamCursor } from './stream-cursor.ts';
import { createSendToFile, createSendToUrl, type SendEvents, type StreamSettings } from './stream-targets.ts';

export interface StreamsOptions {
  readonly db: NodePgDatabase;
  readonly settings: StreamSettings & {
    /** Timeout of the receiver per batch, in milliseconds. Default: 10,000. */
    readonly deadline?: number;
  };
  readonly log: Logger;
}

/** Milliseconds between two polls for new events. */
const interval = 1_000;
const batchSize = 500;
/** Milliseconds between attempts. */
const pauses = { first: 1_000, longest: 60_000 };
/** Age in milliseconds of the oldest unsent event above which a warning is logged. */
const lagsAfter = 300_000;
/** Milliseconds between two log lines about the same problem. */
const warningPause = 60_000;

/**
 * Streams the events of all tenants, each at least once and in the order in which they were stored. Any number of
 * replicas may run it; only one sends. Failures are retried until they succeed.
 */
export function openStreams({ db, settings, log }: StreamsOptions): { close(): Promise<void> } {
  const { file, http, deadline = 10_000 } = settings;
  const streams = [
    ...(file === undefined ? [] : [['file', createSendToFile(file)] as const]),
    ...(http === undefined ? [] : [['http', createSendToUrl(http)] as const]),
  ].map(([target, send]) => open(target, send));
  return {
    close: async () => void (await Promise.all(streams.map((stream) => stream.close()))),
  };

  function open(target: 'file' | 'http', send: SendEvents) {
    const cursor = createStreamCursor(db, target);
    let warnedAt = Number.NEGATIVE_INFINITY;
    const warn = (more: object, message: string): void => {
      if (performance.now() - warnedAt < warningPause) return;
      warnedAt = performance.now();
      log.error({ target, ...more }, message);
    };
    /** Returns whether there may be more to send immediately. */
    const sendNext = async (closing: AbortSignal): Promise<boolean> => {
      const batch = await cursor.claim(batchSize);
      if (batch === undefined) return false;
      const { events, failures } = batch;
      const [oldest] = events;
      if (oldest !== undefined) {
        const lag = Date.now() - Date.parse(oldest.at);
        if (lag > lagsAfter) warn({ seconds: Math.round(lag / 1_000) }, 'the audit stream lags behind');
        try {
          await send(events, AbortSignal.any([closing, AbortSignal.timeout(deadline)]));
        } catch (err) {
          // The next process starts with this batch immediately.
          await batch.failed(closing.aborted ? 0 : Math.min(pauses.longest, pauses.first * 2 ** failures));
          if (!closing.aborted) warn({ err, failures: failures + 1 }, 'the audit stream is not taken');
          return false;
        }
      }
      await batch.sent();
      return events.length === batchSize;
    };
    return repeat(
      async (closing) => {
        while (!closing.aborted && (await sendNext(closing))); // oxlint-disable-line no-await-in-loop -- sequential batches
      },
      { interval, onError: (err) => log.error({ err, target }, 'the audit stream waits for PostgreSQL') },
    );
  }
}
