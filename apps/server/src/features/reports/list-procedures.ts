import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { DirectoryPeople } from '../../directory/directory-person.ts';
import type { FindPeople } from '../../directory/people.ts';
import { permitted } from '../../platform/trpc/trpc.ts';
import { clearanceOf } from './clearance.ts';
import { resolveFilter, idsByRole, type GrantsDecider } from './resolve-filter.ts';
import { listPage, planDrafts } from './list-page.ts';
import { readOwners } from './read-owners.ts';
import { ListInput, ReportFilter } from './report-inputs.ts';
import { createReportStore } from './report-store.ts';
import { summaryOf } from './report-summary.ts';

export interface ListProceduresDeps {
  readonly db: NodePgDatabase;
  readonly decider: GrantsDecider;
  readonly people: Pick<DirectoryPeople, 'among'>;
  readonly findPeople: FindPeople;
}

/** The list of reports and its counts, only of reports that the caller may read. */
export function createListProcedures({ db, decider, people, findPeople }: ListProceduresDeps) {
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
