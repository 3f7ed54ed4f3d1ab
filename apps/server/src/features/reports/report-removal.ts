import { and, asc, desc, eq, gt, lte, type InferSelectModel } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { AppDirectory } from '../../directory/decisions.ts';
import type { Identity } from '../../authentication/identity.ts';
import { asError } from '../../platform/log/describe-error.ts';
import { repeat } from '../../platform/repeat.ts';
import type { Audit } from '../audit/record.ts';
import type { Report } from './report-store.ts';
import { forgetShares } from './shares/share-store.ts';
import { isThere, reports } from './tables.ts';

// A deleted report is hidden but otherwise unchanged. For a minute, the user who deleted it can restore it. After that,
// it is purged together with its roles in Permit.

/** Milliseconds for which a deletion can be undone. To allow for latency, the console offers the undo for less time. */
const undoTime = 60_000;
/** Milliseconds of clock skew between replicas to allow for, so that no report is purged that can still be restored. */
const margin = 15_000;
/** Milliseconds until the next attempt after a failure. */
const pause = 60_000;
/** Milliseconds between two polls for reports to purge. */
const interval = 1_000;

/** A report that was deleted at or before the returned time can no longer be restored. */
const lastOf = (at: Date): Date => new Date(at.getTime() - undoTime);

const maxListed = 10;

type Ref = Pick<Report, 'tenant' | 'id'>;

const here = ({ tenant, id }: Ref) => and(eq(reports.tenant, tenant), eq(reports.id, id));

/** Marks the report as deleted. Returns whether it existed. */
export async function markDeleted(
  db: NodePgDatabase,
  report: Ref,
  { by, at }: { readonly by: string; readonly at: Date },
): Promise<boolean> {
  const marked = await db
    .update(reports)
    .set({ deletedBy: by, deletedAt: at, removeAfter: new Date(at.getTime() + undoTime + margin) })
    .where(and(here(report), isThere))
    .returning({ id: reports.id });
  return marked.length > 0;
}

/** Finds a report that this user deleted and that is not yet purged. */
export async function findDeleted(
  db: NodePgDatabase,
  report: Ref,
  by: string,
): Promise<Pick<InferSelectModel<typeof reports>, 'id' | 'tenant' | 'status' | 'kind'> | undefined> {
  const { id, tenant, status, kind } = reports;
  const [found] = await db
    .select({ id, tenant, status, kind })
    .from(reports)
    .where(and(here(report), eq(reports.deletedBy, by)));
  return found;
}

/** Returns the reports that this user deleted and can still restore, most recent first. `left` is in milliseconds. */
export async function listDeleted(
  db: NodePgDatabase,
  { tenant, subject }: Pick<Identity, 'tenant' | 'subject'>,
  at: Date,
): Promise<{ id: string; title: string; left: number }[]> {
  const { id, title, deletedAt } = reports;
  const found = await db
    .select({ id, title, deletedAt })
    .from(reports)
    .where(and(eq(reports.tenant, tenant), eq(reports.deletedBy, subject), gt(deletedAt, lastOf(at))))
    .orderBy(desc(deletedAt))
    .limit(maxListed);
  return found.map((one) => ({
    id: one.id,
    title: one.title,
    left: (one.deletedAt ?? at).getTime() - lastOf(at).getTime(),
  }));
}

/** Restores a report that this user deleted. Returns `false` if it is too late. */
export async function restoreReport(
  db: NodePgDatabase,
  report: Ref,
  { by, at }: { readonly by: string; readonly at: Date },
): Promise<boolean> {
  const restored = await db
    .update(reports)
    .set({ deletedBy: null, deletedAt: null, removeAfter: null })
    .where(and(here(report), eq(reports.deletedBy, by), gt(reports.deletedAt, lastOf(at))))
    .returning({ id: reports.id });
  return restored.length > 0;
}

export interface RemovalDeps {
  readonly db: NodePgDatabase;
  readonly directory: Pick<AppDirectory, 'removeInstance'>;
  readonly audit: Pick<Audit, 'changedWith'>;
  readonly now: () => Date;
  readonly onError: (error: Error) => void;
}

/** Starts the worker that purges deleted reports, one after the other. Any number of replicas may run this worker. */
export function openRemoval({ db, directory, audit, now, onError }: RemovalDeps) {
  const due = () =>
    db
      .select({ id: reports.id, tenant: reports.tenant })
      .from(reports)
      .where(lte(reports.removeAfter, now()))
      .orderBy(asc(reports.removeAfter));

  /** Tries to purge the next due report. Returns `false` when none is due. */
  const removeNext = async (): Promise<boolean> => {
    const [next] = await due().limit(1);
    if (next === undefined) return false;
    const { tenant, id } = next;
    try {
      await db.transaction(async (transaction) => {
        // Locks the report, unless another replica has purged it, or it was restored, in the meantime.
        const [locked] = await transaction
          .select({ id: reports.id, status: reports.status, kind: reports.kind })
          .from(reports)
          .where(and(here(next), lte(reports.removeAfter, now())))
          .for('update');
        if (locked === undefined) return;
        await transaction.delete(reports).where(here(next));
        await forgetShares(transaction, { resource: 'reports', tenant, id });
        await audit.changedWith(transaction, {
          tenant,
          action: 'report.purge',
          channel: 'console',
          actor: null,
          on: { resource: 'reports', key: id },
          before: { status: locked.status, kind: locked.kind },
        });
        await directory.removeInstance(`reports:${id}`);
      });
    } catch (error) {
      onError(asError(error));
      // Delays the next attempt, so that other due reports are tried first.
      await db
        .update(reports)
        .set({ removeAfter: new Date(now().getTime() + pause) })
        .where(and(here(next), lte(reports.removeAfter, now())));
    }
    return true;
  };

  return repeat(
    async (closing) => {
      while (!closing.aborted && (await removeNext())); // oxlint-disable-line no-await-in-loop -- sequential
    },
    { interval, onError },
  );
}
