import { randomUUID } from 'node:crypto';
import { any } from '@latchkey/permissions/trpc';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import type { AppDirectory } from '../../../directory/decisions.ts';
import { RowId, StorableText } from '../../../platform/text-input.ts';
import { type FactChanges, waitForPropagation } from '../../../directory/fact-changes.ts';
import type { InTurn } from '../../../platform/turns.ts';
import type { SignedIn } from '../../../platform/trpc/context.ts';
import { permitted, permittedInPerson, router } from '../../../platform/trpc/trpc.ts';
import { originOf, type Audit } from '../../audit/record.ts';
import {
  instancesOf,
  readOwners,
  type OwnerReaders,
  type OwnersOf,
  summaryOf as summaryOfReport,
} from '../report-summary.ts';
import { ReportFilter } from '../report-inputs.ts';
import { clearanceOf } from '../clearance.ts';
import { loadReport } from '../load-report.ts';
import { createShareProcedures, type Shareable, type Sharing } from '../shares/sharing.ts';
import {
  createCollectionStore,
  lockCollection,
  type AddableReport,
  type Collection,
} from './collection-store.ts';
import { instanceNotFound, type ReadableTitles } from '../../../directory/shared-resources.ts';

const CollectionRef = z.object({ id: RowId });
const ReportInput = z.object({ report: RowId });
const TitleInput = z.object({ title: StorableText.trim().min(1).max(120) });
const idOf = ({ id }: Collection): string => id;

/** The maximum number of collections listed. A search finds the rest. */
const maxListed = 500;

export interface CollectionsRouterDeps extends OwnerReaders {
  readonly db: NodePgDatabase;
  readonly directory: Pick<AppDirectory, 'assignRole' | 'removeInstance' | 'link' | 'unlink'>;
  readonly readableTitles: ReadableTitles;
  readonly sharing: Sharing;
  readonly factChanges: Pick<FactChanges, 'publish'>;
  readonly audit: Pick<Audit, 'changing'>;
  readonly inTurn: InTurn;
}

/** The maximum number of reports offered for adding. A search finds the rest. */
const maxAddable = 20;

const Search = ReportFilter.pick({ search: true });

interface Call {
  readonly input: { readonly id: string };
  readonly ctx: SignedIn;
}

export function createCollectionsRouter(deps: CollectionsRouterDeps) {
  const { db, directory, findPeople, readableTitles, sharing, factChanges, audit, inTurn } = deps;
  const storeOf = (tenant: string) => createCollectionStore(db, tenant);
  const load = async ({ input, ctx }: Call): Promise<Collection> => {
    const collection = await storeOf(ctx.identity.tenant).find(input.id);
    if (collection === undefined) throw instanceNotFound('collections', input.id);
    return collection;
  };
  /** Also requires permission to share the report: users with a role on the collection get access to it. */
  const loadForAdding = async (call: {
    readonly input: { readonly id: string; readonly report: string };
    readonly ctx: SignedIn;
  }): Promise<Collection> => {
    const collection = await load(call);
    const { report } = call.input;
    await loadReport(db, { ctx: call.ctx, input: { id: report } });
    await call.ctx.permissions.require('reports:share', report);
    return collection;
  };
  const editedBy = (gate: typeof permitted) => gate('collections:edit', CollectionRef, { load, on: idOf });
  const edited = editedBy(permitted);

  return router({
    /**
     * Lists up to 500 collections that the caller may view, sorted by title: `[{ id, title, owners, createdAt,
     * reports }]`. `reports` is the number of reports.
     */
    list: permitted(any('reports:view', 'collections:view'), undefined)
      .input(Search.prefault({}))
      .query(async ({ ctx: { identity, permissions }, input: { search } }) => {
        const plan = await permissions.list('collections:view');
        const found = await storeOf(identity.tenant).list(plan, search, maxListed);
        const ownersOf = await readOwners(deps, identity.tenant, instancesOf('collections', found));
        return found.map((one) => ({ ...summaryOf(one, ownersOf), reports: one.reports }));
      }),

    /**
     * Returns one collection. `reports`: its reports that the caller may read, newest first, as in `reports.list`;
     * `hidden`: the number of its other reports.
     * @throws `COLLECTION_NOT_FOUND`
     */
    get: permitted('collections:view', CollectionRef, { load, on: idOf }).query(async ({ ctx }) => {
      const { loaded: collection } = ctx;
      const all = await storeOf(collection.tenant).reportsIn(collection.id);
      const titles = await readableTitles(
        ctx,
        all.map(({ id }) => id),
      );
      const readable = all.filter(({ id }) => titles.has(id));
      const ownersOf = await readOwners(deps, collection.tenant, [
        ...instancesOf('collections', [collection]),
        ...instancesOf('reports', readable),
      ]);
      return {
        ...summaryOf(collection, ownersOf),
        reports: readable.map((report) => summaryOfReport(report, ownersOf)),
        hidden: all.length - readable.length,
      };
    }),

    /** Creates a collection with the caller as its owner. */
    create: permitted('collections:create', undefined)
      .input(TitleInput)
      .mutation(async ({ ctx, input: { title } }) => {
        const { identity, permissions } = ctx;
        const { subject: user, tenant } = identity;
        const id = randomUUID();
        const ownerName = (await findPeople([user])).get(user)?.name ?? null;
        await audit.changing({ ...originOf(ctx), action: 'collection.create', on: named(id) }, () =>
          inTurn(() =>
            storeOf(tenant).insert({ id, title, ownerKey: user, ownerName }, () =>
              directory.assignRole({ user, role: 'owner', tenant, instance: `collections:${id}` }),
            ),
          ),
        );
        await waitForPropagation(
          async () => (await permissions.check('collections:edit', id)).outcome === 'allow',
        );
        return { id };
      }),

    rename: edited.input(TitleInput).mutation(async ({ ctx, input: { title } }) => {
      const { id, tenant } = ctx.loaded;
      await audit.changing({ ...originOf(ctx), action: 'collection.rename', on: named(id) }, () =>
        storeOf(tenant).rename(id, title),
      );
      return { id, title };
    }),

    /**
     * Adds a report that the caller may share. Users with a role on the collection get that role on the report.
     * @throws `COLLECTION_NOT_FOUND`, `REPORT_NOT_FOUND`
     */
    add: permittedInPerson('collections:edit', CollectionRef.extend(ReportInput.shape), {
      load: loadForAdding,
      on: idOf,
    }).mutation(async ({ ctx, input: { report } }) => {
      const { id, tenant } = ctx.loaded;
      await audit.changing(
        { ...originOf(ctx), action: 'collection.add', on: named(id), after: { report } },
        () =>
          inTurn(() =>
            storeOf(tenant).add(report, { id, by: ctx.identity.subject }, () =>
              directory.link(linkOf(id, report), tenant),
            ),
          ),
      );
      return { id, report };
    }),

    /** Lists up to 20 reports that the caller may add, newest first: `[{ id, title, status, createdAt }]`. */
    addable: edited.input(Search).query(async ({ ctx, input: { search } }) => {
      const { id, tenant } = ctx.loaded;
      const [sharable, { plan: confidential }] = await Promise.all([
        ctx.permissions.list('reports:share'),
        clearanceOf(ctx.permissions),
      ]);
      const found = await storeOf(tenant).reportsBeside(id, { sharable, confidential, search }, maxAddable);
      return found.map(addableOf);
    }),

    /** Removes a report from the collection. The roles assigned on the report itself stay. */
    removeReport: editedBy(permittedInPerson)
      .input(ReportInput)
      .mutation(async ({ ctx, input: { report } }) => {
        const { id, tenant } = ctx.loaded;
        await audit.changing(
          { ...originOf(ctx), action: 'collection.take', on: named(id), before: { report } },
          () =>
            inTurn(() =>
              storeOf(tenant).removeReport(report, id, () => directory.unlink(linkOf(id, report))),
            ),
        );
        return { id, report };
      }),

    /** Deletes the collection and the roles on it, but not its reports. */
    remove: permitted('collections:delete', CollectionRef, { load, on: idOf }).mutation(async ({ ctx }) => {
      const { id, tenant } = ctx.loaded;
      const removed = await audit.changing(
        { ...originOf(ctx), action: 'collection.delete', on: named(id) },
        () => inTurn(() => storeOf(tenant).remove(id, () => directory.removeInstance(`collections:${id}`))),
      );
      if (!removed) throw instanceNotFound('collections', id);
      // The reports that were in it no longer inherit its roles.
      factChanges.publish({ tenant });
      return { id };
    }),

    ...createShareProcedures('collections:share', {
      sharing,
      load: async (call) => shareableOf(await load(call)),
    }),
  });
}

function summaryOf({ id, title, createdAt }: Collection, ownersOf: OwnersOf) {
  return { id, title, owners: ownersOf(`collections:${id}`), createdAt: createdAt.toISOString() };
}

function addableOf({ createdAt, ...report }: AddableReport) {
  return { ...report, createdAt: createdAt.toISOString() };
}

function shareableOf({ id, tenant, ownerKey }: Collection): Shareable {
  return {
    resource: 'collections',
    id,
    tenant,
    ownerKey,
    lock: (transaction) => lockCollection(transaction, { tenant, id }),
  };
}

function linkOf(id: string, report: string) {
  return { subject: `collections:${id}`, relation: 'parent', object: `reports:${report}` } as const;
}

function named(key: string) {
  return { resource: 'collections', key };
}
