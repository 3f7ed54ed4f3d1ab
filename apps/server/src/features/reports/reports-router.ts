import { callerOf } from '../../authentication/identity.ts';
import { instanceNotFound } from '../../directory/shared-resources.ts';
import { AppError } from '../../platform/app-error.ts';
import { permitted, router } from '../../platform/trpc/trpc.ts';
import { originOf } from '../audit/record.ts';
import { clearanceOf } from './clearance.ts';
import { createEditProcedures } from './edit-procedures.ts';
import { compareContents } from './kinds/kinds.ts';
import { listPage, planDrafts } from './list-page.ts';
import {
  loadReadable,
  loadReport,
  reportNamed,
  shareableOf,
  type ReportCall,
  type ReportsRouterDeps,
} from './load-report.ts';
import { idsByRole, resolveFilter } from './report-conditions.ts';
import { CompareInput, ListInput, ReportFilter, ReportRef } from './report-inputs.ts';
import { findDeleted, listDeleted, markDeleted, restoreReport } from './report-removal.ts';
import { createReportStore, type Report, type ReportStore } from './report-store.ts';
import { instancesOf, readOwners, summaryOf } from './report-summary.ts';
import { createShareProcedures } from './shares/sharing.ts';

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

/** Procedures that list and count reports. Both include only reports that the caller may read. */
function createListProcedures(deps: ReportsRouterDeps) {
  const { db } = deps;
  return {
    /**
     * Lists published reports and the drafts that the caller can edit. `confidentialHidden`: whether confidential
     * reports may be missing because the PDP cannot evaluate conditions.
     */
    list: permitted('reports:view', undefined)
      .meta({
        tool: {
          name: 'list_reports',
          title: 'List access reports',
          description: 'The access reports that the person may read, with their owners. Not their contents.',
        },
      })
      .input(ListInput)
      .query(async ({ ctx, input: { cursor, sort, limit, ...filter } }) => {
        const after = cursor && { ...cursor, createdAt: new Date(cursor.createdAt) };
        const query = { ...(await resolveFilter(deps, ctx, filter)), after, sort, limit };
        const { tenant } = ctx.identity;
        const { reports, next, isUndecidable } = await listPage(createReportStore(db, tenant), ctx, query);
        const ownersOf = await readOwners(deps, tenant, instancesOf('reports', reports));
        return {
          confidentialHidden: isUndecidable,
          items: reports.map((report) => summaryOf(report, ownersOf)),
          nextCursor:
            next === undefined
              ? null
              : { createdAt: next.createdAt.toISOString(), title: next.title, id: next.id },
        };
      }),

    /**
     * Counts the reports that the caller may read, for each value of the filters, and as `found` those that match the
     * whole filter. If the filter names a collection, counts only reports in it. Returns `null` if the caller can edit
     * more reports than a plan supports, because counting them would be too expensive.
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
          resolveFilter(deps, ctx, input),
          idsByRole(deps.decider, ctx.identity),
        ]);
        return createReportStore(db, ctx.identity.tenant).count({ drafts, confidential }, wanted, {
          owner: withRole('owner'),
          editor: withRole('editor'),
          reader: withRole('reader'),
        });
      }),
  };
}

function createRemovalProcedures({ db, audit, now }: ReportsRouterDeps) {
  const loadDeleted = async ({ input: { id }, ctx: { identity } }: ReportCall) => {
    const { tenant, subject } = identity;
    const report = await findDeleted(db, { tenant, id }, subject);
    if (report === undefined) throw instanceNotFound('reports', id);
    return report;
  };

  return {
    /**
     * Lists the reports that the caller has deleted and can still restore, most recent first: `[{ id, title, left }]`;
     * `left` is the remaining time in milliseconds.
     */
    deleted: permitted('reports:view', undefined).query(({ ctx: { identity } }) =>
      listDeleted(db, identity, now()),
    ),

    /** Deletes a report. The roles on it stay until it is purged, so that it can be restored unchanged. */
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

function createReadProcedures(deps: ReportsRouterDeps) {
  const { db } = deps;
  const storeOf = (tenant: string) => createReportStore(db, tenant);
  return {
    /**
     * Returns one report with its content. A draft requires `reports:edit`. The loader checks this, so that buttons
     * agree with calls.
     */
    get: permitted('reports:view', ReportRef, {
      load: ({ ctx, input }) => loadReadable(db, ctx, input.id),
      on: ({ id }) => id,
    }).query(async ({ ctx: { loaded: report, identity, admitAnswer } }) => {
      const store = storeOf(report.tenant);
      // The content can list all members of a tenant, and be as large as a megabyte.
      admitAnswer(callerOf(identity).subject, (await store.sizeOf(report.id)) ?? 0);
      const content = await store.contentOf(report.id);
      if (content === undefined) throw instanceNotFound('reports', report.id);
      const ownersOf = await readOwners(deps, report.tenant, instancesOf('reports', [report]));
      return { ...summaryOf(report, ownersOf), tenant: report.tenant, content };
    }),

    /**
     * Compares two reports of the same kind: `{ before, after, differences }`. The older report becomes `before`,
     * regardless of the order of the inputs. `isCut` of a report: whether it does not contain all rows.
     * @throws `REPORT_NOT_FOUND`, `REPORT_KINDS_DIFFER`
     */
    compare: permitted('reports:view', CompareInput, {
      async load({ ctx, input }) {
        const reports = await Promise.all([
          loadReadable(db, ctx, input.before),
          loadReadable(db, ctx, input.after),
        ]);
        const [before, after] =
          reports[1].createdAt < reports[0].createdAt ? [reports[1], reports[0]] : reports;
        await ctx.permissions.require('reports:view', before.id);
        return { before, after };
      },
      on: ({ after }) => after.id,
    }).query(async ({ ctx: { loaded, identity, admitAnswer } }) => {
      const store = storeOf(identity.tenant);
      const sizes = await Promise.all([store.sizeOf(loaded.before.id), store.sizeOf(loaded.after.id)]);
      admitAnswer(
        callerOf(identity).subject,
        sizes.reduce<number>((sum, size = 0) => sum + size, 0),
      );
      return compareReports(store, loaded);
    }),
  };
}

async function compareReports(
  store: Pick<ReportStore, 'contentOf'>,
  reports: { readonly before: Report; readonly after: Report },
) {
  const contentOf = async ({ id }: Report) => {
    const content = await store.contentOf(id);
    if (content === undefined) throw instanceNotFound('reports', id);
    return content;
  };
  const [before, after] = [await contentOf(reports.before), await contentOf(reports.after)];
  const sideOf = ({ id, title }: Report, { request, generatedAt, total, rows }: typeof before) => ({
    id,
    title,
    request,
    generatedAt,
    isCut: total > rows.length,
  });
  return {
    before: sideOf(reports.before, before),
    after: sideOf(reports.after, after),
    differences: compareContents(before, after),
  };
}
