import { randomUUID } from 'node:crypto';
import { waitForPropagation } from '../../directory/fact-changes.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { permitted } from '../../platform/trpc/trpc.ts';
import { originOf } from '../audit/record.ts';
import { requireClearance } from './clearance.ts';
import { createReadContent, ReportRequest, sourceOf, type ReportKind } from './kinds/kinds.ts';
import {
  loadReport,
  reportNamed,
  shareableOf,
  type ReportCall,
  type ReportsRouterDeps,
} from './load-report.ts';
import { instancesOf, readOwners, summaryOf } from './report-summary.ts';
import { ClassifyInput, CreateInput, KindRef, ReportRef, TitleInput } from './report-inputs.ts';
import { createReportStore, type Report } from './report-store.ts';
import { instanceNotFound } from '../../directory/shared-resources.ts';

const idOf = ({ id }: Report): string => id;

export function createEditProcedures(deps: ReportsRouterDeps) {
  const { db, directory, audit, findPeople, sharing, inTurn } = deps;
  const storeOf = (tenant: string) => createReportStore(db, tenant);
  const load = (call: ReportCall): Promise<Report> => loadReport(db, call);
  const content = createReadContent(deps);
  /** The gate checks the permission for the report's source, so that buttons agree with calls. */
  const createdOf = permitted('reports:create', KindRef, { load: requireSource, on: () => ({}) });

  const classified = permitted('reports:publish', ReportRef, {
    async load(call: ReportCall) {
      const report = await load(call);
      await requireClearance(call.ctx.permissions, { ...report, classification: 'confidential' });
      return report;
    },
    on: idOf,
  });

  const changeStatus = (action: 'report.publish' | 'report.unpublish', status: Report['status']) =>
    permitted('reports:publish', ReportRef, { load, on: idOf }).mutation(async ({ ctx }) => {
      const { id, tenant } = ctx.loaded;
      const [before, after] = [{ status: status === 'draft' ? 'published' : 'draft' }, { status }];
      await audit.changing({ ...originOf(ctx), action, on: reportNamed(id), before, after }, () =>
        storeOf(tenant).setStatus(id, status),
      );
      const report = await storeOf(tenant).find(id);
      // The report may have been deleted in the meantime.
      if (report === undefined) throw instanceNotFound('reports', id);
      return summaryOf(report, await readOwners(deps, tenant, instancesOf('reports', [report])));
    });

  return {
    /**
     * Returns the first rows and their total number. Role holders are from the table of members, which may be outdated.
     */
    preview: createdOf
      .input(ReportRequest)
      .query(({ ctx: { identity }, input }) => content.preview(identity.tenant, input)),

    /** Creates a report from the current facts. The caller becomes its owner. */
    create: createdOf.input(CreateInput).mutation(async ({ ctx, input: { title, ...request } }) => {
      const { identity, permissions } = ctx;
      const { subject, tenant } = identity;
      const snapshot = await content.snapshot(tenant, request);
      const id = randomUUID();
      const ownerName = (await findPeople([subject])).get(subject)?.name ?? null;
      const after = { status: 'draft', ...request };
      await audit.changing({ ...originOf(ctx), action: 'report.create', on: reportNamed(id), after }, () =>
        inTurn(() =>
          storeOf(tenant).insert(
            { id, title, kind: request.kind, content: snapshot, ownerKey: subject, ownerName },
            () => directory.assignRole({ user: subject, role: 'owner', tenant, instance: `reports:${id}` }),
          ),
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
     * Classifies a report. Besides `reports:publish`, requires clearance for confidential reports, so that callers
     * cannot lock themselves out of a report or declassify one that they may not read.
     * @throws `REPORT_NOT_FOUND`
     */
    classify: classified.input(ClassifyInput).mutation(async ({ ctx, input: { classification } }) => {
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
      );
      return { id, classification };
    }),

    /**
     * Returns who would lose access if the report became confidential: `{ total, people: [{ key, name, email,
     * isMachine, isOwner }] }`, at most 50 people, owners first. `total`: `null` if there are too many members to check
     * each one.
     */
    classifyPreview: classified.query(({ ctx }) => sharing.losing(shareableOf(ctx.loaded), ctx)),

    /**
     * Returns how many users could open the report if it were published: `{ total, byRole: [{ role, people }], owners,
     * shared }`. `people`: the holders of the tenant role; `owners` and `shared`: the users with a role on the report.
     * `total` counts a user with several roles once. `null`: too many members to check each one.
     */
    audience: permitted('reports:publish', ReportRef, { load, on: idOf }).query(({ ctx }) =>
      sharing.audience({ ...shareableOf(ctx.loaded), isDraft: false }, ctx),
    ),

    publish: changeStatus('report.publish', 'published'),

    /** Makes a published report a draft again. */
    unpublish: changeStatus('report.unpublish', 'draft'),
  };
}

async function requireSource({
  input,
  ctx: { permissions },
}: {
  readonly input: { readonly kind?: ReportKind | undefined };
  readonly ctx: SignedIn;
}): Promise<{ readonly kind?: ReportKind | undefined }> {
  // Checked first, so that a denial of `reports:create` takes precedence over a denial of the source's permission.
  await permissions.require('reports:create', undefined);
  if (input.kind !== undefined) await permissions.require(sourceOf(input.kind));
  return input;
}
