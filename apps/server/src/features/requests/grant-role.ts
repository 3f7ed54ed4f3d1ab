import { randomUUID } from 'node:crypto';
import { and, eq, gt, inArray, isNull, lt, or, sql, type SQL } from 'drizzle-orm';
import type { Transaction } from '../../platform/database/open-database.ts';
import { accessGrants, type GrantRow } from './tables.ts';
import { type TargetColumns, isTarget } from './target.ts';

export interface RoleGrant extends TargetColumns {
  readonly tenant: string;
  readonly subject: string;
  /** The Permit key of the user who grants it. */
  readonly by: string;
  readonly at: Date;
  /** `null` for no end. */
  readonly expiresAt: Date | null;
  /** Sets this end even if it is earlier than the current one. Default: only extends. */
  readonly exactly?: boolean;
}

/** Grants a role, or extends its grant. Returns `undefined` when a grant exists that is not extended. */
export async function grantRole(transaction: Transaction, grant: RoleGrant): Promise<GrantRow | undefined> {
  const { tenant, subject, role, resource, instance, by, at, expiresAt } = grant;
  const end = { grantedBy: by, decidedAt: at, expiresAt, warnedAt: null };
  const [extended] = await transaction
    .update(accessGrants)
    // Assigned again in case the role was removed. Not counted as a first attempt, because the role probably exists.
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

/** The grants whose end is replaced by this one. */
function endsBefore({ at, expiresAt, exactly = false }: RoleGrant): SQL | undefined {
  const current = accessGrants.expiresAt;
  if (exactly) return or(isNull(current), gt(current, at));
  return and(gt(current, at), expiresAt === null ? undefined : lt(current, expiresAt));
}
