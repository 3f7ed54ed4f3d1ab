import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { and, asc, eq, getTableColumns, lte, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Logger } from 'pino';
import { postSigned } from '../../platform/http/post-signed.ts';
import { oncePerMinute } from '../../platform/log/create-logger.ts';
import { repeat } from '../../platform/repeat.ts';
import type { AuditEvent } from './audit-event.ts';
import { eventFormats } from './event-format.ts';
import { auditEvents, auditStreams } from './tables.ts';

/** A batch to send. While it is claimed, no other replica sends. */
interface ClaimedBatch {
  readonly events: readonly AuditEvent[];
  readonly failures: number;
  /** Moves the cursor past the batch. Does nothing when another replica has claimed it in the meantime. */
  sent(): Promise<void>;
  /** Delays the next attempt of any replica by this many milliseconds. */
  failed(pause: number): Promise<void>;
}

type Target = 'file' | 'http';

/** Milliseconds after which another replica takes over. Longer than an attempt takes. */
const lease = 30_000;
const batchSize = 500;
const firstId = '00000000-0000-0000-0000-000000000000';
const inMilliseconds = (time: number) => sql`now() + ${time} * interval '1 millisecond'`;

/**
 * Claims the next batch; `undefined` while another replica sends, or during the pause after a failure. Reads events in
 * transaction order, and only up to the oldest transaction still running, so that no event of a transaction that commits
 * late is skipped. A stream starts with the oldest transaction that is running at the first claim in any database of the
 * PostgreSQL server.
 */
async function claimBatch(db: NodePgDatabase, target: Target): Promise<ClaimedBatch | undefined> {
  const { writtenBy, ...columns } = getTableColumns(auditEvents);
  await db
    .insert(auditStreams)
    .values({
      target,
      writtenBy: sql`pg_snapshot_xmin(pg_current_snapshot())`,
      lastId: firstId,
      nextAttemptAt: sql`now()`,
    })
    .onConflictDoNothing();
  const claim = randomUUID();
  const [claimed] = await db
    .update(auditStreams)
    .set({ claim, nextAttemptAt: inMilliseconds(lease), failures: sql`${auditStreams.failures} + 1` })
    .where(and(eq(auditStreams.target, target), lte(auditStreams.nextAttemptAt, sql`now()`)))
    .returning();
  if (claimed === undefined) return undefined;
  const settle = async (to: object): Promise<void> => {
    await db
      .update(auditStreams)
      .set(to)
      .where(and(eq(auditStreams.target, target), eq(auditStreams.claim, claim)));
  };
  const rows = await db
    .select({ event: columns, writtenBy })
    .from(auditEvents)
    .where(
      sql`(${writtenBy}, ${auditEvents.id}) > (${claimed.writtenBy}::xid8, ${claimed.lastId}::uuid)
        and ${writtenBy} < pg_snapshot_xmin(pg_current_snapshot())`,
    )
    .orderBy(asc(writtenBy), asc(auditEvents.id))
    .limit(batchSize);
  const last = rows.at(-1);
  return {
    events: rows.map(({ event }) => ({ ...event, at: event.at.toISOString() })),
    failures: claimed.failures - 1,
    sent: () =>
      settle({
        failures: 0,
        nextAttemptAt: sql`now()`,
        ...(last === undefined ? {} : { writtenBy: last.writtenBy, lastId: last.event.id }),
      }),
    failed: (pause) => settle({ nextAttemptAt: inMilliseconds(pause) }),
  };
}

export interface StreamsOptions {
  readonly db: NodePgDatabase;
  readonly settings: StreamSettings & {
    /** How long to wait for the receiver to accept a batch, in milliseconds. Default: 10,000. */
    readonly deadline?: number;
  };
  readonly log: Logger;
}

/** Milliseconds between two polls for new events. */
const interval = 1_000;
/** Milliseconds between attempts after a failure. */
const pauses = { first: 1_000, max: 60_000 };
/** Age in milliseconds of the oldest unsent event above which a warning is logged. */
const lagsAfter = 300_000;

/** Sends each event of all tenants at least once, in the order of storage. Only one replica sends at a time. */
export function openStreams({ db, settings, log }: StreamsOptions): { close(): Promise<void> } {
  const { file, http, deadline = 10_000 } = settings;
  const streams = [
    ...(file === undefined ? [] : [['file', createSendToFile(file)] as const]),
    ...(http === undefined ? [] : [['http', createSendToUrl(http)] as const]),
  ].map(([target, send]) => openStream(target, send));
  return {
    close: async () => void (await Promise.all(streams.map((stream) => stream.close()))),
  };

  function openStream(target: Target, send: SendEvents) {
    const warn = oncePerMinute((more: object, message: string) => log.error({ target, ...more }, message));
    /** Returns whether there may be more events to send immediately. */
    const sendNext = async (closing: AbortSignal): Promise<boolean> => {
      const batch = await claimBatch(db, target);
      if (batch === undefined) return false;
      const { events, failures } = batch;
      const [oldest] = events;
      if (oldest !== undefined) {
        const lag = Date.now() - Date.parse(oldest.at);
        if (lag > lagsAfter) warn({ seconds: Math.round(lag / 1_000) }, 'the audit stream lags behind');
        try {
          await send(events, AbortSignal.any([closing, AbortSignal.timeout(deadline)]));
        } catch (err) {
          // No pause on shutdown, so that the next process sends this batch immediately.
          await batch.failed(closing.aborted ? 0 : Math.min(pauses.max, pauses.first * 2 ** failures));
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

/** Sends events to a target. @throws unless the target has received all of them */
type SendEvents = (events: readonly AuditEvent[], signal: AbortSignal) => Promise<void>;

export interface StreamSettings {
  readonly file?: string | undefined;
  readonly http?: { readonly url: string; readonly secret: string } | undefined;
}

const linesOf = (events: readonly AuditEvent[]): string =>
  events.map((event) => eventFormats.jsonl.line(event)).join('');

/**
 * Appends to a file that only its owner can read. Opens it for each batch, so that it can be rotated by renaming, and
 * syncs it to disk before the batch counts as sent.
 */
function createSendToFile(path: string): SendEvents {
  return async (events) => {
    const file = await open(path, 'a+', 0o600);
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
      // If a killed process left a partial line, the events start on a new line.
      const isTorn = size > 0 && buffer.toString() !== '\n';
      await file.writeFile(`${isTorn ? '\n' : ''}${linesOf(events)}`);
      await file.sync();
    } finally {
      await file.close();
    }
  };
}

function createSendToUrl(target: NonNullable<StreamSettings['http']>): SendEvents {
  return (events, signal) =>
    postSigned(
      {
        ...target,
        id: events.at(-1)?.id ?? '',
        contentType: 'application/jsonl',
        body: linesOf(events),
        receiver: 'audit stream',
      },
      signal,
    );
}
