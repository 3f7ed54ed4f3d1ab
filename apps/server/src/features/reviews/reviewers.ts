import { defaultTenant, type PermitReads } from '@latchkey/directory-sync';
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Accounts } from '../../directory/accounts.ts';
import type { AppDirectory } from '../../directory/decisions.ts';
import { isMachine } from '../../directory/people.ts';
import { firstFound } from '../../platform/in-batches.ts';
import { objectOf } from './manage-reviews.ts';
import type { Reviewers } from './review.ts';
import { changeReview, type ReviewHead } from './review-store.ts';

export interface ReviewersDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'rolesIn' | 'user' | 'grantsOf'>;
  readonly directory: Pick<AppDirectory, 'unassignRole'>;
  /** Returns which of these users are suspended or gone. */
  readonly inactiveAmong: Accounts['inactiveAmong'];
}

type PermitUser = NonNullable<Awaited<ReturnType<PermitReads['user']>>>;

const maxReviewers = 50;

export function createReviewers({ db, reads, directory, inactiveAmong }: ReviewersDeps) {
  /** Returns those of the users who can review. Excludes machines and inactive accounts. */
  const activeAmong = async (subjects: readonly string[]): Promise<PermitUser[]> => {
    const inactive = await inactiveAmong(subjects);
    const users = await Promise.all(subjects.map((subject) => reads.user(subject)));
    return users
      .filter((user) => user !== undefined)
      .filter((user) => !inactive.has(user.key) && !isMachine(user));
  };

  /** Whether the user still has the role that made them a reviewer or, if chosen by name, any role. */
  const isReviewer = async ({ tenant, chosen }: ReviewHead, user: PermitUser): Promise<boolean> => {
    const isHere = (one: { readonly tenant: string }): boolean => one.tenant === tenant;
    if (chosen.kind === 'users') {
      if (tenant === defaultTenant) return true;
      return (await reads.grantsOf(user.key)).some((one) => isHere(one) && one.role !== 'reviewer');
    }
    if (user.grants.some((one) => isHere(one) && one.role === roleOf(chosen))) return true;
    if (chosen.kind === 'role') return false;
    return (await reads.grantsOf(user.key)).some((one) => isHere(one) && one.role === 'owner');
  };

  return {
    /** Chooses the reviewers of rows that no owner reviews. @throws {PermitApiError} */
    async choose({ tenant, chosen }: Pick<ReviewHead, 'tenant' | 'chosen'>): Promise<string[]> {
      const found =
        chosen.kind === 'users'
          ? chosen.subjects
          : (await reads.rolesIn(tenant, { roles: [roleOf(chosen)] })).map(({ user }) => user);
      const active = await firstFound([...new Set(found)].toSorted(), maxReviewers, activeAmong);
      return active.map(({ key }) => key);
    },

    /** Whether the user can still review. @throws {PermitApiError} */
    async canReview(review: ReviewHead, subject: string): Promise<boolean> {
      const [user] = await activeAmong([subject]);
      return user !== undefined && isReviewer(review, user);
    },

    /** Reassigns the undecided rows of reviewers who can no longer review. Returns whether there are any. */
    async replaceLost(review: ReviewHead): Promise<boolean> {
      const { id, tenant, reviewers } = review;
      const active = await activeAmong(reviewers);
      const isStaying = await Promise.all(active.map((user) => isReviewer(review, user)));
      const staying = active.flatMap(({ key }, index) => (isStaying[index] === true ? [key] : []));
      const lost = reviewers.filter((one) => !staying.includes(one));
      if (lost.length === 0) return false;
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
        await changeReview(transaction, review, { reviewers: staying });
      });
      return true;
    },
  };
}

function roleOf(chosen: Exclude<Reviewers, { kind: 'users' }>): string {
  return chosen.kind === 'role' ? chosen.role : chosen.otherwise;
}
