import { and, eq, inArray, lte, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { asError } from '../../platform/log/describe-error.ts';
import type { Notice, NoticeChannel, SendNotice } from '../../directory/notice.ts';
import { repeat, type Repeating } from '../../platform/repeat.ts';
import { requestNotices, type NoticeRow } from './tables.ts';

export interface NoticeWorkerDeps {
  readonly db: NodePgDatabase;
  readonly channel: NoticeChannel;
  /** Sends a notice. `undefined` if the channel is disabled: its waiting notices are then dropped. */
  readonly send: SendNotice | undefined;
  readonly readNotice: (row: NoticeRow) => Promise<Notice | undefined>;
  readonly now: () => Date;
  readonly onError: (error: Error) => void;
}

/** Times in milliseconds, and the number of notices sent concurrently. */
const limits = { interval: 1_000, attempt: 10_000, lease: 30_000, lanes: 5 };
/** The pauses between attempts, in milliseconds, double from 5 s to an hour; 30 attempts take about a day. */
const retries = { first: 5_000, max: 3_600_000, attempts: 30 };

/**
 * Sends the notices of one channel in the background, each at least once, with retries for about a day. Each channel
 * has its own worker, so that an unresponsive receiver delays no other channel. Any number of replicas may run a worker
 * for the same channel.
 */
export function createNoticeWorker(deps: NoticeWorkerDeps): Repeating {
  const { db, channel, readNotice, now, onError } = deps;

  const claim = async () => {
    const at = now();
    const due = db
      .select({ id: requestNotices.id })
      .from(requestNotices)
      .where(
        and(
          eq(requestNotices.status, 'waiting'),
          eq(requestNotices.channel, channel),
          lte(requestNotices.nextAttemptAt, at),
        ),
      )
      .orderBy(requestNotices.nextAttemptAt)
      .limit(limits.lanes)
      .for('update', { skipLocked: true });
    return db
      .update(requestNotices)
      .set({
        attempts: sql`${requestNotices.attempts} + 1`,
        nextAttemptAt: new Date(at.getTime() + limits.lease),
      })
      .where(inArray(requestNotices.id, due))
      .returning();
  };
  const set = (id: string, to: Partial<NoticeRow>) =>
    db.update(requestNotices).set(to).where(eq(requestNotices.id, id));

  const send = async (claimed: NoticeRow, closing: AbortSignal): Promise<void> => {
    const { id, attempts } = claimed;
    try {
      const notice = await readNotice(claimed);
      const signal = AbortSignal.any([closing, AbortSignal.timeout(limits.attempt)]);
      if (notice !== undefined) await deps.send?.(notice, signal);
      await set(id, { status: notice === undefined ? 'skipped' : 'done' });
    } catch (error) {
      onError(asError(error));
      if (attempts >= retries.attempts) return void (await set(id, { status: 'failed' }));
      const pause = Math.min(retries.max, retries.first * 2 ** (attempts - 1));
      await set(id, { nextAttemptAt: new Date(now().getTime() + pause) });
    }
  };

  const poll = async (closing: AbortSignal): Promise<void> => {
    /* oxlint-disable no-await-in-loop -- sequential batches */
    for (let claimed; claimed === undefined || claimed.length === limits.lanes;) {
      claimed = closing.aborted ? [] : await claim();
      await Promise.all(claimed.map((one) => send(one, closing)));
    }
    /* oxlint-enable no-await-in-loop */
  };
  return repeat(poll, { interval: limits.interval, onError });
}
