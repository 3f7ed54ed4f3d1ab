import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { AppError } from '../../app-error.ts';
import { instanceNotFound } from '../../instance-not-found.ts';
import { permitted } from '../../trpc/trpc.ts';
import { originOf, type Audit } from '../audit/record.ts';
import { loadReport, reportNamed, type ReportCall } from './load-report.ts';
import { ReportRef } from './report-inputs.ts';
import { findPutAway, listPutAway, putAway, takeBack } from './report-removal.ts';

export interface RemovalProceduresDeps {
  readonly db: NodePgDatabase;
  readonly audit: Pick<Audit, 'changing'>;
  readonly now: () => Date;
}

/** Deletes reports, and restores those deleted recently. */
export function createRemovalProcedures({ db, audit, now }: RemovalProceduresDeps) {
  const loadPutAway = async ({ input: { id }, ctx: { identity } }: ReportCall) => {
    const { tenant, subject } = identity;
    const report = await findPutAway(db, { tenant, id }, subject);
    if (report === undefined) throw instanceNotFound('reports', id);
    return report;
  };

  return {
    /**
     * Lists the reports that the caller has deleted and can restore: `[{ id, title, left }]`, for `left` milliseconds;
     * most recent first.
     */
    deleted: permitted('reports:view').query(({ ctx: { identity } }) => listPutAway(db, identity, now())),

    /** Deletes a report. Its roles are preserved until it is purged, so that it can be restored unchanged. */
    remove: permitted('reports:delete', ReportRef, {
      load: (call: ReportCall) => loadReport(db, call),
      on: ({ id }) => id,
    }).mutation(async ({ ctx }) => {
      const { id, status, kind } = ctx.loaded;
      const isPutAway = await audit.changing(
        { ...originOf(ctx), action: 'report.delete', on: reportNamed(id), before: { status, kind } },
        () => putAway(db, ctx.loaded, { by: ctx.identity.subject, at: now() }),
        (isChanged) => (isChanged ? {} : undefined),
      );
      if (!isPutAway) throw instanceNotFound('reports', id);
      return { id };
    }),

    /** Restores a report that the caller has just deleted. @throws `UNDO_EXPIRED`, `REPORT_NOT_FOUND` */
    restore: permitted('reports:delete', ReportRef, { load: loadPutAway, on: ({ id }) => id }).mutation(
      async ({ ctx }) => {
        const { id, status, kind } = ctx.loaded;
        const isBack = await audit.changing(
          { ...originOf(ctx), action: 'report.restore', on: reportNamed(id), after: { status, kind } },
          () => takeBack(db, ctx.loaded, { by: ctx.identity.subject, at: now() }),
          (isChanged) => (isChanged ? {} : undefined),
        );
        if (!isBack)
          throw new AppError('UNDO_EXPIRED', 'A deleted report can be taken back for a minute only.');
        return { id };
      },
    ),
  };
}
