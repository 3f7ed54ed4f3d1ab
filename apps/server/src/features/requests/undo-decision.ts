import { randomUUID } from 'node:crypto';
import { and, asc, eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { DatabaseError } from 'pg';
import type { Notices } from '../../directory/notice.ts';
import type { Transaction } from '../../platform/database/open-database.ts';
import { rootCause } from '../../platform/database/outage.ts';
import type { RequestStatus, RequestStoreDeps } from './request-store.ts';
import { accessGrants, accessRequests, requestApprovals, undoneDecisions, type GrantRow } from './tables.ts';

/**
 * Milliseconds within which a decision can be undone. The console offers the undo for ten seconds; the rest allows for
 * latency and clock skew.
 */
const undoTime = 15_000;

export interface Undo {
  readonly id: string;
  readonly tenant: string;
  /** The status of the request when the caller was allowed to undo the decision. */
  readonly status: RequestStatus;
  /** The user who made the decision and is undoing it. */
  readonly by: string;
  /** When the decision was made, which identifies it. */
  readonly decidedAt: Date;
}

/**
 * Undoes a decision: reopens the request, and ends its grant, or gives it back its previous end. Of two approvals, only
 * the caller's is undone. Returns in `ending` the id of the grant whose role must be removed, or `null`; `expired` if
 * it is too late; `changed` if the request has changed since the decision.
 */
export async function undoDecision(
  { db, now, notices }: RequestStoreDeps & { readonly notices: Pick<Notices, 'reopen'> },
  { id, tenant, status, by, decidedAt }: Undo,
): Promise<{ readonly ending: string | null } | 'expired' | 'changed'> {
  const undo = async (transaction: Transaction) => {
    const at = now();
    const [request] = await transaction
      .select()
      .from(accessRequests)
      .where(and(eq(accessRequests.id, id), eq(accessRequests.tenant, tenant)))
      .for('update');
    const decision = request?.status;
    if (decision !== status) return 'changed';
    const mine = and(eq(requestApprovals.requestId, id), eq(requestApprovals.by, by));
    if (decision === 'open') {
      const [approval] = await transaction.select().from(requestApprovals).where(mine);
      if (approval?.at.getTime() !== decidedAt.getTime()) return 'changed';
      if (at.getTime() - decidedAt.getTime() > undoTime) return 'expired';
      await transaction.delete(requestApprovals).where(mine);
      return { ending: null };
    }
    if (request?.decidedBy !== by || request.decidedAt?.getTime() !== decidedAt.getTime()) return 'changed';
    if (decision !== 'approved' && decision !== 'refused') return 'changed';
    if (at.getTime() - decidedAt.getTime() > undoTime) return 'expired';
    const reverted =
      decision === 'approved'
        ? await revertGrant(transaction, { id: request.grantId, decidedAt, at, by })
        : { ending: null };
    if (reverted === 'changed') return reverted;
    await transaction.delete(requestApprovals).where(mine);
    // The request retains its grant id until it is approved again, so that the ending grant still belongs to a request.
    await transaction
      .update(accessRequests)
      .set({ status: 'open', decidedBy: null, decidedAt: null, note: null })
      .where(eq(accessRequests.id, id));
    await notices.reopen(transaction, id);
    const undone = { requestId: id, decision, decidedBy: by, decidedAt, undoneAt: at };
    await transaction.insert(undoneDecisions).values({ id: randomUUID(), ...undone });
    return reverted;
  };
  try {
    return await db.transaction(undo);
  } catch (error) {
    // The requester has made a new request after the refusal, and only one can be open.
    if (isUniqueViolation(error)) return 'changed';
    throw error;
  }
}

/** `ending`: the id of the grant whose role must be removed; `null` if there is none. */
export async function revertGrant(
  transaction: Transaction,
  {
    id,
    decidedAt,
    at,
    by,
  }: Pick<Undo, 'decidedAt' | 'by'> & { readonly id: string | null; readonly at: Date },
): Promise<{ readonly ending: string | null } | 'changed'> {
  if (id === null) return 'changed';
  const [grant] = await transaction.select().from(accessGrants).where(eq(accessGrants.id, id)).for('update');
  if (grant?.decidedAt.getTime() !== decidedAt.getTime()) return 'changed';
  const set = (to: Partial<GrantRow>) =>
    transaction.update(accessGrants).set(to).where(eq(accessGrants.id, id));
  if (grant.status === 'failed') return { ending: null };
  if (grant.status !== 'pending' && grant.status !== 'active') return 'changed';
  if (grant.grantedAt.getTime() !== decidedAt.getTime()) {
    const { previousGrantedBy, previousDecidedAt, previousExpiresAt, previousWarnedAt } = grant;
    if (previousGrantedBy === null || previousDecidedAt === null) return 'changed';
    await set({
      grantedBy: previousGrantedBy,
      decidedAt: previousDecidedAt,
      expiresAt: previousExpiresAt,
      warnedAt: previousWarnedAt,
      previousGrantedBy: null,
      previousDecidedAt: null,
      previousExpiresAt: null,
      previousWarnedAt: null,
    });
    return { ending: null };
  }
  const isUntouched = grant.status === 'pending' && grant.attempts === 0;
  await set(
    isUntouched
      ? { status: 'ended', expiresAt: at, endedAt: at, endedBy: by }
      : { status: 'ending', expiresAt: at, endedBy: by, attempts: 0, nextAttemptAt: at },
  );
  return { ending: isUntouched ? null : id };
}

function isUniqueViolation(error: unknown): boolean {
  const root = rootCause(error);
  return root instanceof DatabaseError && root.code === '23505';
}

/** Returns the undone decisions on a request, oldest first. */
export async function undoneDecisionsOf(
  db: NodePgDatabase,
  requestId: string,
): Promise<(typeof undoneDecisions.$inferSelect)[]> {
  const { decidedAt } = undoneDecisions;
  return db
    .select()
    .from(undoneDecisions)
    .where(eq(undoneDecisions.requestId, requestId))
    .orderBy(asc(decidedAt));
}
