import { callerOf } from '../../authentication/identity.ts';
import { permitted } from '../../platform/trpc/trpc.ts';
import { compareContents } from './kinds/kinds.ts';
import { loadReadable } from './load-report.ts';
import { readOwners, summaryOf } from './report-summary.ts';
import { CompareInput, ReportRef } from './report-inputs.ts';
import { createReportStore, type Report, type ReportStore } from './report-store.ts';
import type { ReportsRouterDeps } from './reports-router-deps.ts';
import { instanceNotFound } from '../../directory/shared-resources.ts';

/** Reads one report, or compares two. */
export function createReadProcedures({ db, people, findPeople }: ReportsRouterDeps) {
  const storeOf = (tenant: string) => createReportStore(db, tenant);
  return {
    /** Drafts are for users who can edit them; checked in the gate, so that buttons agree with calls. */
    get: permitted('reports:view', ReportRef, {
      load: ({ ctx, input }) => loadReadable(db, ctx, input.id),
      on: ({ id }) => id,
    }).query(async ({ ctx: { loaded: report, identity, admitAnswer } }) => {
      const store = storeOf(report.tenant);
      // It has all members of a tenant, so it may be a megabyte.
      admitAnswer(callerOf(identity).subject, (await store.sizeOf(report.id)) ?? 0);
      const content = await store.contentOf(report.id);
      if (content === undefined) throw instanceNotFound('reports', report.id);
      const ownerOf = await readOwners({ people, findPeople }, report.tenant, [report]);
      return { ...summaryOf(report, ownerOf), tenant: report.tenant, content };
    }),

    /**
     * Compares two reports of a kind that the caller may read: `{ before, after, differences }`, the older one as
     * `before`, in whichever order they are named; `isCut`: a report does not contain all rows.
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

/** Compares two reports of a kind. @throws `REPORT_NOT_FOUND`, `REPORT_KINDS_DIFFER` */
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
