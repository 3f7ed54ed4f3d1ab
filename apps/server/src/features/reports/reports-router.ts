import { randomUUID } from 'node:crypto';
import type { PermitDecider, PermitDirectory } from '@latchkey/permissions/permit';
import type { policy } from '@latchkey/policy';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { AppError } from '../../app-error.ts';
import { callerOf } from '../../auth/identity.ts';
import { waitForPropagation } from '../../auth/wait-for-propagation.ts';
import type { DirectoryPeople } from '../../auth/directory-person.ts';
import { instanceNotFound } from '../../instance-not-found.ts';
import type { SignedIn } from '../../trpc/context.ts';
import { permitted, router } from '../../trpc/trpc.ts';
import { originOf, type Audit } from '../audit/record.ts';
import { compareReports } from './compare-reports.ts';
import { createTakeContent, ReportRequest, sourceOf, type ReportKind } from './kinds/kinds.ts';
import type { ReportSources } from './kinds/report-sources.ts';
import { loadReadable, loadReport } from './load-report.ts';
import { requireClearance } from './clearance.ts';
import { createListProcedures } from './list-procedures.ts';
import { readOwners } from './read-owners.ts';
import { ClassifyInput, CompareInput, CreateInput, KindRef, ReportRef, TitleInput } from './report-inputs.ts';
import { findPutAway, listPutAway, putAway, takeBack } from './report-removal.ts';
import { createReportStore, keepReport, type Report } from './report-store.ts';
import { summaryOf } from './report-summary.ts';
import { createShareProcedures } from './shares/share-procedures.ts';
import type { Shareable, Sharing } from './shares/sharing.ts';

const idOf = ({ id }: Report): string => id;

export interface ReportsRouterDeps extends ReportSources {
  readonly db: NodePgDatabase;
  readonly decider: Pick<PermitDecider<typeof policy>, 'instanceGrants'>;
  readonly directory: Pick<PermitDirectory, 'listMembers' | 'assignRole'>;
  readonly audit: Pick<Audit, 'changing'>;
  readonly sharing: Sharing;
  readonly people: Pick<DirectoryPeople, 'among' | 'holding'>;
}

interface Call {
  readonly input: { readonly id: string };
  readonly ctx: SignedIn;
}

/** Access reports: created from live facts, read, published and deleted. Gates check each report. */
export function createReportsRouter(deps: ReportsRouterDeps) {
  const { db, decider, directory, audit, sharing, people, findPeople, now } = deps;
  const storeOf = (tenant: string) => createReportStore(db, tenant);
  const content = createTakeContent(deps);
  /**
   * Every gate loads the report, so that buttons agree with calls for reports that do not exist or belong to another
   * tenant.
   */
  const load = ({ ctx, input }: Call): Promise<Report> => loadReport(db, ctx, input.id);

  const loadPutAway = async ({ input: { id }, ctx: { identity } }: Call) => {
    const { tenant, subject } = identity;
    const report = await findPutAway(db, { tenant, id }, subject);
    if (report === undefined) throw instanceNotFound('reports', id);
    return report;
  };

  /** Creating a report requires permission for its source; in the gate, so that buttons agree. */
  const createdOf = permitted('reports:create', KindRef, { load: requireSource, on: () => ({}) });

  return router({
    ...createListProcedures({ db, decider, people }),

    /** Drafts are for users who can edit them; checked in the gate, so that buttons agree with calls. */
    get: permitted('reports:view', ReportRef, {
      load: ({ ctx, input }) => loadReadable(db, ctx, input.id),
      on: idOf,
    }).query(async ({ ctx: { loaded: report, identity, admitAnswer } }) => {
      const store = storeOf(report.tenant);
      // It has all members of a tenant, so it may be a megabyte.
      admitAnswer(callerOf(identity).subject, (await store.sizeOf(report.id)) ?? 0);
      const content = await store.contentOf(report.id);
      if (content === undefined) throw instanceNotFound('reports', report.id);
      const ownerOf = await readOwners(people, report.tenant, [report]);
      return { ...summaryOf(report, ownerOf), tenant: report.tenant, content };
    }),

    /**
     * Compares two reports of a kind that the caller may read: `{ before, after, differences }`; `isCut`: a report does
     * not contain all rows.
     * @throws `REPORT_NOT_FOUND`, `REPORT_KINDS_DIFFER`
     */
    compare: permitted('reports:view', CompareInput, {
      async load({ ctx, input }) {
        const [before, after] = await Promise.all([
          loadReadable(db, ctx, input.before),
          loadReadable(db, ctx, input.after),
        ]);
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

    /**
     * Lists the reports that the caller has deleted and can restore: `[{ id, title, left }]`, for `left` milliseconds;
     * most recent first.
     */
    deleted: permitted('reports:view').query(({ ctx: { identity } }) => listPutAway(db, identity, now())),

    /**
     * Previews a report: its first rows and the total. Role holders are read from the table of members, which may be
     * older than the report will be.
     */
    preview: createdOf
      .input(ReportRequest)
      .query(({ ctx: { identity }, input }) => content.preview(identity.tenant, input)),

    /** Creates a report from the current facts, with the caller as its owner. */
    create: createdOf.input(CreateInput).mutation(async ({ ctx, input: { title, ...request } }) => {
      const { identity, permissions } = ctx;
      const { subject, tenant } = identity;
      const taken = await content.take(tenant, request);
      const id = randomUUID();
      const ownerName = (await findPeople([subject])).get(subject)?.name ?? null;
      const after = { status: 'draft', ...request };
      await audit.changing({ ...originOf(ctx), action: 'report.create', on: reportNamed(id), after }, () =>
        storeOf(tenant).insert(
          { id, title, kind: request.kind, content: taken, ownerKey: subject, ownerName },
          () => directory.assignRole({ user: subject, role: 'owner', tenant, instance: `reports:${id}` }),
        ),
      );
      await waitForPropagation(async () => (await permissions.check('reports:edit', id)).outcome === 'allow');
      return { id };
    }),

    rename: permitted('reports:edit', ReportRef, { load, on: idOf })
      .input(TitleInput)
      .mutation(async ({ ctx, input: { title } }) => {
        const { id, tenant } = ctx.loaded;
        await audit.changing({ ...originOf(ctx), action: 'report.rename', on: reportNamed(id) }, () =>
          storeOf(tenant).rename(id, title),
        );
        return { id, title };
      }),

    /**
     * Classifies a report. Requires permission to control its readers (`reports:publish`) and to read confidential
     * ones, so that users neither lose sight of a report nor open one that they may not read.
     * @throws `REPORT_NOT_FOUND`
     */
    classify: permitted('reports:publish', ReportRef, {
      async load(call) {
        const report = await load(call);
        await requireClearance(call.ctx.permissions, { ...report, classification: 'confidential' });
        return report;
      },
      on: idOf,
    })
      .input(ClassifyInput)
      .mutation(async ({ ctx, input: { classification } }) => {
        const { id, tenant, classification: before } = ctx.loaded;
        await audit.changing(
          {
            ...originOf(ctx),
            action: 'report.classify',
            on: reportNamed(id),
            before: { classification: before },
            after: { classification },
          },
          () => storeOf(tenant).classify(id, classification),
          (isChanged) => (isChanged ? {} : undefined),
        );
        return { id, classification };
      }),

    publish: permitted('reports:publish', ReportRef, { load, on: idOf }).mutation(async ({ ctx }) => {
      const { id, tenant } = ctx.loaded;
      const [before, after] = [{ status: 'draft' }, { status: 'published' }];
      await audit.changing(
        { ...originOf(ctx), action: 'report.publish', on: reportNamed(id), before, after },
        () => storeOf(tenant).publish(id),
        (isChanged) => (isChanged ? {} : undefined),
      );
      const report = await storeOf(tenant).find(id);
      // It was deleted in the meantime.
      if (report === undefined) throw instanceNotFound('reports', id);
      return summaryOf(report, await readOwners(people, tenant, [report]));
    }),

    /** Deletes a report. Its roles are preserved until it is purged, so that it can be restored unchanged. */
    remove: permitted('reports:delete', ReportRef, { load, on: idOf }).mutation(async ({ ctx }) => {
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

    ...createShareProcedures('reports:share', {
      sharing,
      load: async (call) => shareableOf(await load(call)),
    }),
  });
}

async function requireSource({
  input: { kind },
  ctx: { permissions },
}: {
  readonly input: { readonly kind?: ReportKind | undefined };
  readonly ctx: SignedIn;
}): Promise<void> {
  // Checked first, so that this denial takes precedence.
  await permissions.require('reports:create');
  if (kind !== undefined) await permissions.require(sourceOf(kind));
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
