import type { PermitDecider } from '@latchkey/permissions/permit';
import type { policy } from '@latchkey/policy';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { DirectoryPeople } from '../../auth/directory-person.ts';
import type { Identity } from '../../auth/identity.ts';
import { permitted } from '../../trpc/trpc.ts';
import type { SignedIn } from '../../trpc/context.ts';
import { listPage, planDrafts } from './list-page.ts';
import type { WantedReports } from './report-conditions.ts';
import { readOwners } from './read-owners.ts';
import { ListInput, ReportFilter } from './report-inputs.ts';
import { createReportStore } from './report-store.ts';
import { summaryOf } from './report-summary.ts';

export interface ListProceduresDeps {
  readonly db: NodePgDatabase;
  readonly decider: Pick<PermitDecider<typeof policy>, 'instanceGrants'>;
  readonly people: Pick<DirectoryPeople, 'among'>;
}

/** The list of reports and its numbers: never of what the caller may not read. */
export function createListProcedures({ db, decider, people }: ListProceduresDeps) {
  /** The ids of the reports on which the caller has a role, from a collection too. */
  const idsByRole = async ({ subject, tenant }: Identity) => {
    const grants = await decider.instanceGrants({ subject, tenant }, ['reports']);
    return (role: string): string[] =>
      grants.filter(({ roles }) => roles.includes(role)).map(({ instance }) => instance);
  };

  const wantedOf = async (
    { identity, permissions }: SignedIn,
    { role, collection, ...filter }: ReportFilter,
  ): Promise<WantedReports> => {
    const isClosed =
      collection !== undefined &&
      (await permissions.check('collections:view', collection)).outcome !== 'allow';
    if (isClosed) return { among: [] };
    return { ...filter, collection, among: role && (await idsByRole(identity))(role) };
  };

  return {
    /** Published reports, and the drafts that the caller may edit. */
    list: permitted('reports:view')
      .input(ListInput)
      .query(async ({ ctx, input: { cursor, sort, limit, ...filter } }) => {
        const after = cursor && { ...cursor, createdAt: new Date(cursor.createdAt) };
        const query = { ...(await wantedOf(ctx, filter)), after, sort, limit };
        const { tenant } = ctx.identity;
        const { reports, next } = await listPage(createReportStore(db, tenant), ctx, query);
        const ownerOf = await readOwners(people, tenant, reports);
        return {
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
        const drafts = await planDrafts(ctx.permissions);
        if (drafts === undefined) return null;
        const [wanted, withRole] = await Promise.all([wantedOf(ctx, input), idsByRole(ctx.identity)]);
        return createReportStore(db, ctx.identity.tenant).count({ drafts }, wanted, {
          owner: withRole('owner'),
          editor: withRole('editor'),
          reader: withRole('reader'),
        });
      }),
  };
}
