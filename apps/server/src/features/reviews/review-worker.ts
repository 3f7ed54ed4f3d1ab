import { and, eq, isNull, lt, lte, ne, or, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PermitReads } from '@latchkey/directory-sync';
import type { AppDirectory } from '../../directory/app-directory.ts';
import { isMachine } from '../../directory/people.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import { asError } from '../../platform/log/as-error.ts';
import { repeat } from '../../platform/repeat.ts';
import { asAppError } from '../../platform/trpc/error-data.ts';
import { arrangeRows, rightOf, type ArrangedRow, type EarlierRow } from './arrange-rows.ts';
import { objectOf, type ReviewManagement } from './manage-reviews.ts';
import type { FoundRow } from './found-row.ts';
import type { createReadPopulation } from './population.ts';
import type { ReviewChange, Reviewers } from './review.ts';
import { type ReviewHead, withoutEvidence } from './review-store.ts';
import { reviewRows, reviews } from './tables.ts';

export interface ReviewWorkerDeps {
  readonly db: NodePgDatabase;
  readonly readPopulation: ReturnType<typeof createReadPopulation>;
  readonly reads: Pick<PermitReads, 'rolesIn' | 'user'>;
  readonly directory: Pick<AppDirectory, 'assignRole' | 'unassignRole' | 'removeInstance'>;
  /** Returns which of these users are suspended or gone. */
  readonly inactiveAmong: (subjects: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly management: () => Pick<ReviewManagement, 'start' | 'createNext'>;
  readonly changes: Pick<Topic<ReviewChange>, 'publish'>;
  readonly now: () => Date;
  readonly onError: (error: Error) => void;
}

export interface ReviewWorker {
  readonly wake: () => void;
  close(): Promise<void>;
}

/** Milliseconds between two polls. */
const interval = 5_000;
/** Milliseconds for which a replica holds a review; reading a large population extends it. */
const lease = 60_000;
/** Milliseconds between checks of the reviewers of an open review. */
const upkeep = 60_000;
/** Milliseconds before a failed read of a population is attempted again. */
const pause = 30_000;
/** Maximum number of reviewers of one review. */
const mostReviewers = 50;
/** Rows per statement: each has twenty parameters, of at most 65,535. */
const batchSize = 1_000;

/**
 * Reads populations, opens the reviews of a series, gives the rows of lost reviewers to the others, and removes the
 * reviewers' role at the end. Any number of replicas may run one.
 */
export function createReviewWorker(deps: ReviewWorkerDeps): ReviewWorker {
  const { db, reads, directory, changes, now, onError } = deps;
  const set = async (id: string, change: Partial<typeof reviews.$inferInsert>): Promise<void> => {
    await db.update(reviews).set(change).where(eq(reviews.id, id));
  };

  const prepare = async (review: ReviewHead, signal: AbortSignal): Promise<void> => {
    const { id, tenant } = review;
    let shown = 0;
    const onProgress = (prepared: number): void => {
      if (Date.now() - shown < 1_000) return;
      shown = Date.now();
      const claimedUntil = new Date(now().getTime() + lease);
      void set(id, { prepared, claimedUntil }).then(() => changes.publish({ tenant, review: id }), onError);
    };
    const { rows, completeness } = await deps.readPopulation(review, { onProgress, signal });
    const owners = ownersIn(rows);
    const reviewers = await reviewersOf(review);
    const arranged = arrangeRows(rows, {
      earlier: review.previous === null ? undefined : await earlierRows(review.previous),
      reviewers,
      ownersOf: (instance) => (review.chosen.kind === 'owners' ? (owners.get(instance) ?? []) : []),
    });
    const assigned = [...new Set(arranged.flatMap(({ reviewer }) => reviewer ?? []))].toSorted();
    await db.transaction(async (transaction) => {
      // Another replica may have prepared it, or it was cancelled.
      const [still] = await transaction
        .select({ status: reviews.status })
        .from(reviews)
        .where(eq(reviews.id, id))
        .for('update');
      if (still?.status !== 'preparing') return;
      await transaction.delete(reviewRows).where(eq(reviewRows.review, id));
      for (let start = 0; start < arranged.length; start += batchSize)
        await transaction // oxlint-disable-line no-await-in-loop -- sequential batches
          .insert(reviewRows)
          .values(arranged.slice(start, start + batchSize).map((row) => storedRow(id, row)));
      await transaction
        .update(reviews)
        .set({
          status: 'draft',
          completeness,
          prepared: rows.length,
          failure: null,
          claimedUntil: null,
          reviewers: assigned,
        })
        .where(eq(reviews.id, id));
    });
    changes.publish({ tenant, review: id });
  };

  const earlierRows = async (previous: string): Promise<ReadonlyMap<string, EarlierRow>> => {
    const { subject, role, instance, facts, decision } = reviewRows;
    const found = await db
      .select({ subject, role, instance, facts, decision })
      .from(reviewRows)
      .where(eq(reviewRows.review, previous));
    return new Map(found.map((row) => [rightOf(row), { ...row, isKept: row.decision === 'keep' }]));
  };

  /** The users who can review: neither machines nor suspended. */
  const reviewersOf = async ({
    tenant,
    chosen,
  }: Pick<ReviewHead, 'tenant' | 'chosen'>): Promise<string[]> => {
    const found =
      chosen.kind === 'users'
        ? chosen.subjects
        : (await reads.rolesIn(tenant, { roles: [roleOf(chosen)] })).map(({ user }) => user);
    return activeAmong([...new Set(found)].toSorted().slice(0, mostReviewers));
  };
  const activeAmong = async (subjects: readonly string[]): Promise<string[]> => {
    const inactive = await deps.inactiveAmong(subjects);
    const users = await Promise.all(subjects.map((subject) => reads.user(subject)));
    return subjects.filter(
      (subject, index) => !inactive.has(subject) && users[index] !== undefined && !isMachine(users[index]),
    );
  };

  /** Gives the undecided rows of reviewers who can no longer review to the others. */
  const keepReviewers = async (review: ReviewHead): Promise<void> => {
    const { id, tenant, chosen } = review;
    const holders = chosen.kind === 'role' ? await reviewersOf(review) : undefined;
    const active = await activeAmong(review.reviewers);
    const staying = active.filter((one) => holders === undefined || holders.includes(one));
    const lost = review.reviewers.filter((one) => !staying.includes(one));
    if (lost.length > 0) {
      for (const user of lost)
        await directory.unassignRole({ user, role: 'reviewer', tenant, instance: objectOf(id) }); // oxlint-disable-line no-await-in-loop -- few
      await db.transaction(async (transaction) => {
        const { rows } = await transaction.execute<{ position: number; subject: string }>(sql`
          select position, subject from review_rows
          where review = ${id} and decision is null and reviewer = any(${sql.param(lost)}::text[]) order by position for update`);
        const next = rows.map(({ subject }, index) => {
          const others = staying.filter((one) => one !== subject);
          return others[index % Math.max(others.length, 1)] ?? null;
        });
        await transaction.execute(sql`
          update review_rows set reviewer = given.reviewer
          from unnest(${sql.param(rows.map(({ position }) => position))}::int[], ${sql.param(next)}::text[]) as given(position, reviewer)
          where review_rows.review = ${id} and review_rows.position = given.position`);
        await transaction.update(reviews).set({ reviewers: staying }).where(eq(reviews.id, id));
      });
      changes.publish({ tenant, review: id });
    }
    await set(id, { claimedUntil: new Date(now().getTime() + upkeep) });
  };

  const release = async (review: ReviewHead): Promise<void> => {
    if (review.startedAt === null) {
      // A discarded draft, whose population can be large.
      await db.delete(reviewRows).where(eq(reviewRows.review, review.id));
      await db.delete(reviews).where(eq(reviews.id, review.id));
      return;
    }
    await directory.removeInstance(objectOf(review.id));
    await set(review.id, { releasedAt: now(), claimedUntil: null });
  };

  const work = async (review: ReviewHead, signal: AbortSignal): Promise<void> => {
    const { id, tenant, status } = review;
    try {
      if (status === 'preparing') await prepare(review, signal);
      else if (status === 'open') await keepReviewers(review);
      else await release(review);
    } catch (error) {
      if (signal.aborted) return;
      onError(asError(error));
      await set(id, {
        failure: asAppError(error).code,
        claimedUntil: new Date(now().getTime() + pause),
      });
      changes.publish({ tenant, review: id });
    }
  };

  const poll = async (signal: AbortSignal): Promise<void> => {
    /* oxlint-disable no-await-in-loop -- one review at a time */
    for (;;) {
      const review = signal.aborted ? undefined : await claim(db, now());
      if (review === undefined) break;
      await work(review, signal);
    }
    const due = await db
      .select(withoutEvidence)
      .from(reviews)
      .where(
        and(lte(reviews.nextAt, now()), or(eq(reviews.status, 'closed'), eq(reviews.status, 'applying'))),
      );
    for (const review of due) await deps.management().createNext(review);
    const ready = await db
      .select(withoutEvidence)
      .from(reviews)
      .where(and(eq(reviews.status, 'draft'), eq(reviews.startsItself, true)));
    for (const { id, tenant } of ready)
      await deps
        .management()
        .start(id, { tenant, channel: 'console', actor: null })
        .catch((error: unknown) => onError(asError(error)));
    /* oxlint-enable no-await-in-loop */
  };
  const polling = repeat(poll, { interval, onError });
  return { wake: polling.wake, close: () => polling.close() };
}

/** Takes a review to work on for the time of the lease. */
async function claim(db: NodePgDatabase, at: Date): Promise<ReviewHead | undefined> {
  const due = db
    .select({ id: reviews.id })
    .from(reviews)
    .where(
      and(
        isNull(reviews.releasedAt),
        ne(reviews.status, 'draft'),
        ne(reviews.status, 'applying'),
        or(isNull(reviews.claimedUntil), lt(reviews.claimedUntil, at)),
      ),
    )
    .orderBy(reviews.createdAt)
    .limit(1)
    .for('update', { skipLocked: true });
  const [claimed] = await db
    .update(reviews)
    .set({ claimedUntil: new Date(at.getTime() + lease) })
    .where(sql`${reviews.id} in ${due}`)
    .returning(withoutEvidence);
  return claimed;
}

function roleOf(chosen: Exclude<Reviewers, { kind: 'users' }>): string {
  return chosen.kind === 'role' ? chosen.role : chosen.otherwise;
}

/** The users who own each instance. */
function ownersIn(rows: readonly FoundRow[]): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  for (const { subject, role, instance, facts } of rows) {
    if (instance === null || role !== 'owner' || facts.isMachine || facts.isSuspended) continue;
    owners.set(instance, [...(owners.get(instance) ?? []), subject]);
  }
  return owners;
}

function storedRow(review: string, row: ArrangedRow): typeof reviewRows.$inferInsert {
  const { subject, role, facts } = row;
  const text = [facts.name, facts.email, subject, role].filter((part) => part !== null).join(' ');
  return { ...row, flags: [...row.flags], review, searchText: text.normalize('NFKC').toLowerCase() };
}
