import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { z } from 'zod';
import { AppError } from '../../platform/app-error.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import type { Audit, CallOrigin } from '../audit/record.ts';
import { lesserRoles } from './lesser-roles.ts';
import type { DecideInput, ReviewChange } from './review.ts';
import { decideRows, lockReview, notPossible, rowsAt, type StoredRow } from './review-store.ts';

export interface DecideRowsDeps {
  readonly db: NodePgDatabase;
  readonly audit: Pick<Audit, 'changedWith'>;
  readonly changes: Pick<Topic<ReviewChange>, 'publish'>;
  readonly now: () => Date;
}

type Decided = z.output<typeof DecideInput>;

export function createDecideRows({ db, audit, changes, now }: DecideRowsDeps) {
  return async (input: Decided, origin: CallOrigin): Promise<{ readonly outdated: readonly number[] }> => {
    const { id, rows, decision, reason = null } = input;
    const newRole = decision === 'change' ? (input.newRole ?? null) : null;
    const { tenant } = origin;
    const positions = rows.map(({ position }) => position);
    const by = origin.actor.subject;
    const decided = await db.transaction(async (transaction) => {
      const { status } = await lockReview(transaction, { tenant, id }, 'share');
      if (status !== 'open') throw notPossible(status);
      for (const row of await rowsAt(transaction, id, positions)) requireDecidable(row, input, origin);
      const changed = await decideRows(transaction, id, {
        rows,
        decision,
        newRole,
        reason: decision === null ? null : reason,
        by,
        at: now(),
      });
      if (changed.length > 0)
        await audit.changedWith(transaction, {
          ...origin,
          action: 'review.decide',
          on: { resource: 'reviews', key: id },
          after: { decision, rows: changed.length, ...(newRole !== null && { role: newRole }) },
        });
      return changed;
    });
    changes.publish({ tenant, review: id });
    return { outdated: positions.filter((position) => !decided.includes(position)) };
  };
}

/** @throws {AppError} `OWN_REVIEW`, `REASON_REQUIRED`, `INPUT_INVALID` */
function requireDecidable(
  row: StoredRow,
  { decision, newRole, reason }: Decided,
  { actor }: CallOrigin,
): void {
  if (row.subject === actor.subject) throw new AppError('OWN_REVIEW', 'Someone else reviews your access.');
  const needsReason = decision === 'keep' ? row.flags.length > 0 : decision !== null;
  if (needsReason && (reason === undefined || reason === ''))
    throw new AppError('REASON_REQUIRED', 'A reason is required.', { details: { position: row.position } });
  if (decision === 'change' && !(newRole !== undefined && lesserRoles(row).includes(newRole)))
    throw new AppError('INPUT_INVALID', `${newRole ?? 'No role'} is not a lesser role than ${row.role}.`);
}
