import { and, count, eq, gt, lte } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { lockUntilCommit, type Transaction } from '../../platform/database/open-database.ts';
import { invitationAttempts } from './tables.ts';

/** For each organization, across all replicas, so that inviters cannot flood strangers with email. */
export const attemptLimits = {
  perHour: 100,
  /** Milliseconds before the same invitation can be resent again. */
  pause: 60_000,
};

const hour = 3_600_000;

export type AttemptBudget = ReturnType<typeof createAttemptBudget>;

export function createAttemptBudget(db: NodePgDatabase, now: () => Date) {
  /** Serializes calls per tenant across replicas, so that concurrent calls cannot exceed the limit. */
  const inTurn = <Result>(
    tenant: string,
    run: (transaction: Transaction, left: number) => Promise<Result>,
  ): Promise<Result> =>
    db.transaction(async (transaction) => {
      await lockUntilCommit(transaction, `invitations of ${tenant}`);
      const ofTenant = eq(invitationAttempts.tenant, tenant);
      const oldest = new Date(now().getTime() - hour);
      await transaction
        .delete(invitationAttempts)
        .where(and(ofTenant, lte(invitationAttempts.attemptedAt, oldest)));
      const [used] = await transaction.select({ count: count() }).from(invitationAttempts).where(ofTenant);
      return run(transaction, attemptLimits.perHour - (used?.count ?? 0));
    });

  return {
    /** Consumes up to `wanted` invitation attempts. Returns the number granted. */
    consume: (tenant: string, wanted: number): Promise<number> =>
      inTurn(tenant, async (transaction, left) => {
        const consumed = Math.max(0, Math.min(wanted, left));
        const attempts = Array.from({ length: consumed }, () => ({ tenant, attemptedAt: now() }));
        if (consumed > 0) await transaction.insert(invitationAttempts).values(attempts);
        return consumed;
      }),

    consumeForResend: (tenant: string, invitation: string): Promise<boolean> =>
      inTurn(tenant, async (transaction, left) => {
        const recent = await transaction
          .select({ id: invitationAttempts.id })
          .from(invitationAttempts)
          .where(
            and(
              eq(invitationAttempts.tenant, tenant),
              eq(invitationAttempts.invitation, invitation),
              gt(invitationAttempts.attemptedAt, new Date(now().getTime() - attemptLimits.pause)),
            ),
          )
          .limit(1);
        if (left <= 0 || recent.length > 0) return false;
        await transaction.insert(invitationAttempts).values({ tenant, invitation, attemptedAt: now() });
        return true;
      }),
  };
}
