import { router, permitted } from '../../platform/trpc/trpc.ts';
import { originOf } from '../audit/record.ts';
import { createEditProcedures } from './edit-procedures.ts';
import { loadReport, shareableOf, reportNamed, type ReportCall } from './load-report.ts';
import { createReadProcedures } from './read-procedures.ts';
import { createShareProcedures } from './shares/share-procedures.ts';
import { clearanceOf } from './clearance.ts';
import { resolveFilter, idsByRole } from './report-conditions.ts';
import { listPage, planDrafts } from './list-page.ts';
import { readOwners, summaryOf } from './report-summary.ts';
import { ListInput, ReportFilter, ReportRef } from './report-inputs.ts';
import { createReportStore } from './report-store.ts';
import type { ReportsRouterDeps } from './reports-router-deps.ts';
import { AppError } from '../../platform/app-error.ts';
import { findDeleted, listDeleted, markDeleted, restoreReport } from './report-removal.ts';
import { instanceNotFound } from '../../directory/shared-resources.ts';

/** Access reports: created from live facts, read, published and deleted. Gates check each report. */
export function createReportsRouter(deps: ReportsRouterDeps) {
  const { db, sharing } = deps;
  return router({
    ...createListProcedures(deps),
    ...createReadProcedures(deps),
    ...createEditProcedures(deps),
    ...createRemovalProcedures(deps),
    ...createShareProcedures('reports:share', {
      sharing,
      load: async (call) => shareableOf(await loadReport(db, call)),
    }),
  });
}

/** The list of reports and its counts, only of reports that the caller may read. */
function createListProcedures({ db, decider, people, findPeople }: ReportsRouterDeps) {
  return {
    /**
     * Lists published reports and the drafts that the caller can edit. `confidentialHidden`: the PDP cannot decide who
     * may read confidential ones, so they are omitted.
     */
    list: permitted('reports:view', undefined)
      .input(ListInput)
      .query(async ({ ctx, input: { cursor, sort, limit, ...filter } }) => {
        const after = cursor && { ...cursor, createdAt: new Date(cursor.createdAt) };
        const query = { ...(await resolveFilter(decider, ctx, filter)), after, sort, limit };
        const { tenant } = ctx.identity;
        const { reports, next, isUndecidable } = await listPage(createReportStore(db, tenant), ctx, query);
        const ownerOf = await readOwners({ people, findPeople }, tenant, reports);
        return {
          confidentialHidden: isUndecidable,
          items: reports.map((report) => summaryOf(report, ownerOf)),
          nextCursor:
            next === undefined
              ? null
              : { createdAt: next.createdAt.toISOString(), title: next.title, id: next.id },
        };
      }),

    /**
     * Returns the number of reports that the caller may read, in the collection if the filter has one, by each filter,
     * and `found` for this filter. `null` when they can edit more drafts than a plan supports, because counting them is
     * too expensive.
     */
    counts: permitted('reports:view', undefined)
      .input(ReportFilter)
      .query(async ({ ctx, input }) => {
        const [drafts, { plan: confidential }] = await Promise.all([
          planDrafts(ctx.permissions),
          clearanceOf(ctx.permissions),
        ]);
        if (drafts === undefined) return null;
        const [wanted, withRole] = await Promise.all([
          resolveFilter(decider, ctx, input),
          idsByRole(decider, ctx.identity),
        ]);
        return createReportStore(db, ctx.identity.tenant).count({ drafts, confidential }, wanted, {
          owner: withRole('owner'),
          editor: withRole('editor'),
          reader: withRole('reader'),
        });
      }),
  };
}

/** Deletes reports, and restores those deleted recently. */
function createRemovalProcedures({ db, audit, now }: ReportsRouterDeps) {
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
