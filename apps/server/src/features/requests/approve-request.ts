import { and, eq, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { grantRole } from './grant-role.ts';
import { accessRequests, requestApprovals } from './tables.ts';

export interface Approval {
  readonly by: string;
  /** Seconds; null for no end. */
  readonly duration: number | null;
  /** The number of users who must approve. Default: 1. */
  readonly needed?: number;
  /** The users whose earlier approvals no longer count. */
  readonly lapsed?: readonly string[];
}

/** Grants the role of an open request, or extends the existing grant: see `RequestStore.approve`. */
export function approveRequest(
  { db, now }: { readonly db: NodePgDatabase; readonly now: () => Date },
  { tenant, id }: { readonly tenant: string; readonly id: string },
  { by, duration: given, needed = 1, lapsed = [] }: Approval,
): Promise<'approved' | 'first' | 'not-open' | 'held'> {
  const isOpen = and(
    eq(accessRequests.tenant, tenant),
    eq(accessRequests.id, id),
    eq(accessRequests.status, 'open'),
  );
  return db
    .transaction(async (transaction) => {
      const at = now();
      // Locked, so that two approvers at once are counted one after the other.
      const [open] = await transaction
        .select({ id: accessRequests.id })
        .from(accessRequests)
        .where(isOpen)
        .for('update');
      if (open === undefined) return 'not-open';
      let duration = given;
      if (needed > 1) {
        await transaction
          .delete(requestApprovals)
          .where(and(eq(requestApprovals.requestId, id), inArray(requestApprovals.by, [...lapsed])));
        await transaction
          .insert(requestApprovals)
          .values({ requestId: id, by, at, duration })
          .onConflictDoNothing();
        const made = await transaction
          .select()
          .from(requestApprovals)
          .where(eq(requestApprovals.requestId, id));
        if (made.length < needed) return 'first';
        duration = shortest(made.map((approval) => approval.duration));
      }
      const [request] = await transaction
        .update(accessRequests)
        .set({ status: 'approved', decidedBy: by, decidedAt: at })
        .where(isOpen)
        .returning();
      if (request === undefined) return 'not-open';
      const { requester: subject, role, resource, instance } = request;
      const granted = await grantRole(transaction, {
        tenant,
        subject,
        role,
        resource,
        instance,
        by,
        at,
        expiresAt: duration === null ? null : new Date(at.getTime() + duration * 1_000),
      });
      if (granted === undefined) throw new HeldError();
      await transaction.update(accessRequests).set({ grantId: granted.id }).where(eq(accessRequests.id, id));
      return 'approved';
    })
    .catch((error: unknown) => {
      if (error instanceof HeldError) return 'held';
      throw error;
    });
}

function shortest(durations: readonly (number | null)[]): number | null {
  const limited = durations.filter((duration) => duration !== null);
  return limited.length === 0 ? null : Math.min(...limited);
}

/** Aborts the transaction of an approval. */
class HeldError extends Error {
  override readonly name = 'HeldError';
}
