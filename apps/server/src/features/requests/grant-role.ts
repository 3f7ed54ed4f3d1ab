import { randomUUID } from 'node:crypto';
import { and, eq, gt, inArray, isNull, lt, or, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Transaction } from '../../platform/database/open-database.ts';
import { accessGrants, accessRequests, requestApprovals, type GrantRow } from './tables.ts';
import { isTarget, type TargetColumns } from './target.ts';

export interface RoleGrant extends TargetColumns {
  readonly tenant: string;
  readonly subject: string;
  readonly by: string;
  readonly at: Date;
  /** When the grant ends; `null` for no end. */
  readonly expiresAt: Date | null;
  /** Whether to set this end even if it is earlier than the current one. By default, a grant is only extended. */
  readonly exactly?: boolean;
}

/** Grants a role, or extends its grant. Returns `undefined` if an existing grant stays unchanged. */
export async function grantRole(transaction: Transaction, grant: RoleGrant): Promise<GrantRow | undefined> {
  const { tenant, subject, role, resource, instance, by, at, expiresAt } = grant;
  const end = { grantedBy: by, decidedAt: at, expiresAt, warnedAt: null };
  const [extended] = await transaction
    .update(accessGrants)
    // The role is assigned again in case it was removed. `attempts` starts at 1, because a first attempt fails if the
    // user already has the role.
    .set({
      ...end,
      status: 'pending',
      attempts: 1,
      nextAttemptAt: at,
      previousGrantedBy: sql`${accessGrants.grantedBy}`,
      previousDecidedAt: sql`${accessGrants.decidedAt}`,
      previousExpiresAt: sql`${accessGrants.expiresAt}`,
      previousWarnedAt: sql`${accessGrants.warnedAt}`,
    })
    .where(
      and(
        eq(accessGrants.tenant, tenant),
        eq(accessGrants.subject, subject),
        isTarget(accessGrants, grant),
        inArray(accessGrants.status, ['pending', 'active']),
        endsBefore(grant),
      ),
    )
    .returning();
  if (extended !== undefined) return extended;
  const [granted] = await transaction
    .insert(accessGrants)
    .values({
      ...end,
      tenant,
      subject,
      role,
      resource,
      instance,
      id: randomUUID(),
      grantedAt: at,
      nextAttemptAt: at,
    })
    .onConflictDoNothing()
    .returning();
  return granted;
}

function endsBefore({ at, expiresAt, exactly = false }: RoleGrant): SQL | undefined {
  const current = accessGrants.expiresAt;
  if (exactly) return or(isNull(current), gt(current, at));
  return and(gt(current, at), expiresAt === null ? undefined : lt(current, expiresAt));
}

export interface Approval {
  readonly by: string;
  /** Seconds; null for no end. */
  readonly duration: number | null;
  /** The number of users who must approve. Default: 1. */
  readonly needed?: number;
  /** The users whose earlier approvals no longer count. */
  readonly lapsed?: readonly string[];
}

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
      // Locks the request, so that concurrent approvals are counted one after the other.
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

/** Thrown to roll back the transaction of an approval. */
class HeldError extends Error {
  override readonly name = 'HeldError';
}
