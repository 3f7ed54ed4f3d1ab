import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { AppError } from '../../platform/app-error.ts';
import { permitted } from '../../platform/trpc/trpc.ts';
import { originOf, type Audit } from '../audit/record.ts';
import { loadReport, reportNamed, type ReportCall } from './load-report.ts';
import { ReportRef } from './report-inputs.ts';
import { findDeleted, listDeleted, markDeleted, restoreReport } from './report-removal.ts';
import { instanceNotFound } from '../../directory/shared-resources.ts';

export interface RemovalProceduresDeps {
  readonly db: NodePgDatabase;
  readonly audit: Pick<Audit, 'changing'>;
  readonly now: () => Date;
}

/** Deletes reports, and restores those deleted recently. */
export function createRemovalProcedures({ db, audit, now }: RemovalProceduresDeps) {
  const loadDeleted = async ({ input: { id }, ctx: { identity } }: ReportCall) => {
    const { tenant, subject } = identity;
    const report = await findDeleted(db, { tenant, id }, subject);
    if (report === undefined) throw instanceNotFound('reports', id);
    return report;
  };

  return {
    /**
     * Lists the reports that the caller has deleted and can restore: `[{ id, title, left }]`, for `left` milliseconds;
     * most recent first.
     */
    deleted: permitted('reports:view', undefined).query(({ ctx: { identity } }) =>
      listDeleted(db, identity, now()),
    ),

    /** Deletes a report. Its roles are preserved until it is purged, so that it can be restored unchanged. */
    remove: permitted('reports:delete', ReportRef, {
      load: (call: ReportCall) => loadReport(db, call),
      on: ({ id }) => id,
    }).mutation(async ({ ctx }) => {
      const { id, status, kind } = ctx.loaded;
      const isDeleted = await audit.changing(
        { ...originOf(ctx), action: 'report.delete', on: reportNamed(id), before: { status, kind } },
        () => markDeleted(db, ctx.loaded, { by: ctx.identity.subject, at: now() }),
      );
      if (!isDeleted) throw instanceNotFound('reports', id);
      return { id };
    }),

    /** Restores a report that the caller has just deleted. @throws `UNDO_EXPIRED`, `REPORT_NOT_FOUND` */
    restore: permitted('reports:delete', ReportRef, { load: loadDeleted, on: ({ id }) => id }).mutation(
      async ({ ctx }) => {
        const { id, status, kind } = ctx.loaded;
        const isRestored = await audit.changing(
          { ...originOf(ctx), action: 'report.restore', on: reportNamed(id), after: { status, kind } },
          () => restoreReport(db, ctx.loaded, { by: ctx.identity.subject, at: now() }),
        );
        if (!isRestored)
          throw new AppError('UNDO_EXPIRED', 'A deleted report can be restored for one minute only.');
        return { id };
      },
    ),
  };
}
