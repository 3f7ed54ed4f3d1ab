import { and, eq, inArray, lte, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { asError } from '../../log/as-error.ts';
import type { Notice, NoticeChannel, SendNotice } from './notice.ts';
import type { FindPeople } from '../../auth/people.ts';
import { repeat, type Repeating } from './repeat.ts';
import { accessRequests, requestNotices } from './tables.ts';
import { targetOf } from './target.ts';

export interface NoticeWorkerDeps {
  readonly db: NodePgDatabase;
  /** A channel that is off has none. */
  readonly senders: Readonly<Partial<Record<NoticeChannel, SendNotice>>>;
  readonly findPeople: FindPeople;
  readonly reportTitles: (tenant: string, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly linkOf: (requestId: string) => string | undefined;
  readonly now: () => Date;
  readonly onError: (error: Error) => void;
}

/** Milliseconds; notices at the same time. */
const limits = { interval: 1_000, attempt: 10_000, lease: 30_000, lanes: 5 };
/** Milliseconds: 5 s, doubling to an hour, 30 attempts: a day in all. */
const retries = { first: 5_000, longest: 3_600_000, attempts: 30 };

/**
 * Sends notices, each at least once: what a receiver did not accept is tried again, for about a day. Any number of replicas may run
 * one. Nobody waits for it, and a notice waits for no other.
 */
export function createNoticeWorker(deps: NoticeWorkerDeps): Repeating {
  const { db, senders, findPeople, reportTitles, linkOf, now, onError } = deps;

  const claim = async () => {
    const at = now();
    const due = db
      .select({ id: requestNotices.id })
      .from(requestNotices)
      .where(and(eq(requestNotices.status, 'waiting'), lte(requestNotices.nextAttemptAt, at)))
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
  type Claimed = Awaited<ReturnType<typeof claim>>[number];
  const set = (id: string, to: Partial<Claimed>) =>
    db.update(requestNotices).set(to).where(eq(requestNotices.id, id));

  /** `undefined` when nothing is left to be decided. */
  const read = async ({ id, requestId }: Claimed): Promise<Notice | undefined> => {
    const [request] = await db.select().from(accessRequests).where(eq(accessRequests.id, requestId));
    const target = request && targetOf(request);
    if (request?.status !== 'open' || target === undefined) return undefined;
    const { requester, tenant, reason, duration } = request;
    const people = await findPeople([requester]);
    const titles = target.kind === 'role' ? undefined : await reportTitles(tenant, [target.id]);
    return {
      id,
      target,
      reason,
      duration,
      tenant,
      requesterKey: requester,
      requester: people.get(requester)?.name ?? requester,
      title: target.kind === 'role' ? null : (titles?.get(target.id) ?? null),
      link: linkOf(requestId),
    };
  };
  const send = async (claimed: Claimed, closing: AbortSignal): Promise<void> => {
    const { id, channel, attempts } = claimed;
    try {
      const notice = await read(claimed);
      const signal = AbortSignal.any([closing, AbortSignal.timeout(limits.attempt)]);
      if (notice !== undefined) await senders[channel]?.(notice, signal);
      await set(id, { status: 'done' });
    } catch (error) {
      onError(asError(error));
      if (attempts >= retries.attempts) return void (await set(id, { status: 'failed' }));
      const pause = Math.min(retries.longest, retries.first * 2 ** (attempts - 1));
      await set(id, { nextAttemptAt: new Date(now().getTime() + pause) });
    }
  };

  const look = async (closing: AbortSignal): Promise<void> => {
    /* oxlint-disable no-await-in-loop -- batch after batch */
    for (let claimed; claimed === undefined || claimed.length === limits.lanes;) {
      claimed = closing.aborted ? [] : await claim();
      await Promise.all(claimed.map((one) => send(one, closing)));
    }
    /* oxlint-enable no-await-in-loop */
  };
  return repeat(look, { interval: limits.interval, onError });
}
