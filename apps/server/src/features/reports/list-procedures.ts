import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { DirectoryPeople } from '../../auth/directory-person.ts';
import { permitted } from '../../trpc/trpc.ts';
import { clearanceOf } from './clearance.ts';
import { findWanted, idsByRole, type GrantsDecider } from './find-wanted.ts';
import { listPage, planDrafts } from './list-page.ts';
import { readOwners } from './read-owners.ts';
import { ListInput, ReportFilter } from './report-inputs.ts';
import { createReportStore } from './report-store.ts';
import { summaryOf } from './report-summary.ts';

export interface ListProceduresDeps {
  readonly db: NodePgDatabase;
  readonly decider: GrantsDecider;
  readonly people: Pick<DirectoryPeople, 'among'>;
}

/** The list of reports and its numbers: never of what the caller may not read. */
export function createListProcedures({ db, decider, people }: ListProceduresDeps) {
  return {
    /**
     * Published reports, and the drafts that the caller may edit. `confidentialHidden`: the PDP cannot tell who may read confidential
     * ones, so they are left out.
     */
    list: permitted('reports:view')
      .input(ListInput)
      .query(async ({ ctx, input: { cursor, sort, limit, ...filter } }) => {
        const after = cursor && { ...cursor, createdAt: new Date(cursor.createdAt) };
        const query = { ...(await findWanted(decider, ctx, filter)), after, sort, limit };
        const { tenant } = ctx.identity;
        const { reports, next, isUndecidable } = await listPage(createReportStore(db, tenant), ctx, query);
        const ownerOf = await readOwners(people, tenant, reports);
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
     * How many reports the caller may read: by what they can be filtered by, and `found` by this filter. `null` when they may edit
     * more drafts than a plan has keys, which nobody could count.
     */
    counts: permitted('reports:view')
      .input(ReportFilter)
      .query(async ({ ctx, input }) => {
        const [drafts, { plan: confidential }] = await Promise.all([
          planDrafts(ctx.permissions),
          clearanceOf(ctx.permissions),
        ]);
        if (drafts === undefined) return null;
        const [wanted, withRole] = await Promise.all([
          findWanted(decider, ctx, input),
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
