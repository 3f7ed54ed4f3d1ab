import { randomUUID } from 'node:crypto';
import type { PermitDecider, PermitDirectory } from '@latchkey/permissions/permit';
import type { policy } from '@latchkey/policy';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { AppError } from '../../app-error.ts';
import { waitForPropagation } from '../../auth/wait-for-propagation.ts';
import type { DirectoryPeople } from '../../auth/directory-person.ts';
import { instanceNotFound } from '../../instance-not-found.ts';
import type { SignedIn } from '../../trpc/context.ts';
import { permitted, router } from '../../trpc/trpc.ts';
import { originOf, type Audit } from '../audit/record.ts';
import { takeAccessReview } from './access-review.ts';
import { createListProcedures } from './list-procedures.ts';
import { readOwners } from './read-owners.ts';
import { CreateInput, ReportRef, TitleInput } from './report-inputs.ts';
import { findPutAway, putAway, takeBack } from './report-removal.ts';
import { createReportStore, keepReport, type Report } from './report-store.ts';
import { summaryOf } from './report-summary.ts';
import { createShareProcedures } from './shares/share-procedures.ts';
import type { Shareable, Sharing } from './shares/sharing.ts';

const idOf = ({ id }: Report): string => id;

export interface ReportsRouterDeps {
  readonly db: NodePgDatabase;
  readonly decider: Pick<PermitDecider<typeof policy>, 'instanceGrants'>;
  readonly directory: Pick<PermitDirectory, 'listMembers' | 'assignRole'>;
  readonly audit: Pick<Audit, 'changing'>;
  readonly sharing: Sharing;
  readonly people: Pick<DirectoryPeople, 'among'>;
  readonly now: () => Date;
}

interface Call {
  readonly input: { readonly id: string };
  readonly ctx: SignedIn;
}

/** Access reports: generated from Permit's live roles, read, published and deleted. Gated report by report. */
export function createReportsRouter(deps: ReportsRouterDeps) {
  const { db, decider, directory, audit, sharing, people, now } = deps;
  const storeOf = (tenant: string) => createReportStore(db, tenant);
  /** Every gate loads the report, so that a button knows what the call will say about one that is gone or of another tenant. */
  const loadReport = async ({ input, ctx }: Call): Promise<Report> => {
    const report = await storeOf(ctx.identity.tenant).find(input.id);
    if (report === undefined) throw instanceNotFound('reports', input.id);
    return report;
  };

  const loadReadable: typeof loadReport = async (call) => {
    const report = await loadReport(call);
    if (report.status === 'draft') await call.ctx.permissions.require('reports:edit', report.id);
    return report;
  };

  const loadPutAway = async ({ input: { id }, ctx: { identity } }: Call) => {
    const { tenant, subject } = identity;
    const report = await findPutAway(db, { tenant, id }, subject);
    if (report === undefined) throw instanceNotFound('reports', id);
    return report;
  };

  return router({
    ...createListProcedures({ db, decider, people }),

    /** A draft is for those who may edit it: the gate itself asks, so that a button knows what the call will say. */
    get: permitted('reports:view', ReportRef, { load: loadReadable, on: idOf }).query(
      async ({ ctx: { loaded: report, identity, admitAnswer } }) => {
        const store = storeOf(report.tenant);
        // It has all members of a tenant, so it may be a megabyte.
        admitAnswer(identity.subject, (await store.sizeOf(report.id)) ?? 0);
        const content = await store.contentOf(report.id);
        if (content === undefined) throw instanceNotFound('reports', report.id);
        const ownerOf = await readOwners(people, report.tenant, [report]);
        return { ...summaryOf(report, ownerOf), tenant: report.tenant, content };
      },
    ),

    /** Takes the review from Permit's live data, and makes the caller the owner of the report. */
    create: permitted('reports:create')
      .input(CreateInput)
      .mutation(async ({ ctx, input }) => {
        const { identity, permissions } = ctx;
        const { subject, tenant } = identity;
        const content = await takeAccessReview(directory, tenant);
        const id = randomUUID();
        const ownerName = content.members.find(({ key }) => key === subject)?.name ?? null;
        const after = { status: 'draft', kind: input.kind };
        await audit.changing({ ...originOf(ctx), action: 'report.create', on: reportNamed(id), after }, () =>
          storeOf(tenant).insert({ ...input, id, content, ownerKey: subject, ownerName }, () =>
            directory.assignRole({ user: subject, role: 'owner', tenant, instance: `reports:${id}` }),
          ),
        );
        await waitForPropagation(
          async () => (await permissions.check('reports:edit', id)).outcome === 'allow',
        );
        return { id };
      }),

    rename: permitted('reports:edit', ReportRef, { load: loadReport, on: idOf })
      .input(TitleInput)
      .mutation(async ({ ctx, input: { title } }) => {
        const { id, tenant } = ctx.loaded;
        await audit.changing({ ...originOf(ctx), action: 'report.rename', on: reportNamed(id) }, () =>
          storeOf(tenant).rename(id, title),
        );
        return { id, title };
      }),

    publish: permitted('reports:publish', ReportRef, { load: loadReport, on: idOf }).mutation(
      async ({ ctx }) => {
        const { id, tenant } = ctx.loaded;
        const [before, after] = [{ status: 'draft' }, { status: 'published' }];
        await audit.changing(
          { ...originOf(ctx), action: 'report.publish', on: reportNamed(id), before, after },
          () => storeOf(tenant).publish(id),
          (isChanged) => (isChanged ? {} : undefined),
        );
        const report = await storeOf(tenant).find(id);
        // Somebody removed it meanwhile.
        if (report === undefined) throw instanceNotFound('reports', id);
        return summaryOf(report, await readOwners(people, tenant, [report]));
      },
    ),

    /** Puts it away. Its roles stay until it is removed, so that it can be taken back as it was. */
    remove: permitted('reports:delete', ReportRef, { load: loadReport, on: idOf }).mutation(
      async ({ ctx }) => {
        const { id, status, kind } = ctx.loaded;
        const isPutAway = await audit.changing(
          { ...originOf(ctx), action: 'report.delete', on: reportNamed(id), before: { status, kind } },
          () => putAway(db, ctx.loaded, { by: ctx.identity.subject, at: now() }),
          (isChanged) => (isChanged ? {} : undefined),
        );
        if (!isPutAway) throw instanceNotFound('reports', id);
        return { id };
      },
    ),

    /** Takes back what the caller has just deleted. @throws `UNDO_EXPIRED`, `REPORT_NOT_FOUND` */
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

    ...createShareProcedures('reports:share', {
      sharing,
      load: async (call) => shareableOf(await loadReport(call)),
    }),
  });
}

function shareableOf({ id, tenant, ownerKey }: Report): Shareable {
  return {
    resource: 'reports',
    id,
    tenant,
    ownerKey,
    async keep(transaction) {
      if (!(await keepReport(transaction, { tenant, id }))) throw instanceNotFound('reports', id);
    },
  };
}

function reportNamed(key: string) {
  return { resource: 'reports', key };
}
