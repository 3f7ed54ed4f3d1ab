import { randomUUID } from 'node:crypto';
import { and, asc, eq, type InferSelectModel } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Identity } from '../../authentication/identity.ts';
import { AppError } from '../../platform/app-error.ts';
import { lockUntilCommit, type Transaction } from '../../platform/database/open-database.ts';
import { permitted } from '../../platform/trpc/trpc.ts';
import { RenameViewInput, SaveViewInput, ViewRef } from './audit-inputs.ts';
import { auditViews } from './tables.ts';

type SavedView = Pick<InferSelectModel<typeof auditViews>, 'id' | 'name' | 'filter'>;

/** Maximum number of views of one user in a tenant. */
const maxViews = 50;

/** The views of one user in one tenant. No method can access another user's views, even by id. */
function createViewStore(db: NodePgDatabase, { tenant, subject }: Identity) {
  const own = and(eq(auditViews.tenant, tenant), eq(auditViews.owner, subject));
  const here = (id: string) => and(own, eq(auditViews.id, id));
  const named = async (connection: Pick<NodePgDatabase, 'select'>): Promise<SavedView[]> => {
    const { id, name, filter } = auditViews;
    return connection.select({ id, name, filter }).from(auditViews).where(own).orderBy(asc(name), asc(id));
  };
  /** Serializes the changes of a user's views across replicas, so that concurrent calls cannot exceed the limit. */
  const inTurn = <Result>(
    change: (transaction: Transaction, views: readonly SavedView[]) => Promise<Result>,
  ): Promise<Result> =>
    db.transaction(async (transaction) => {
      await lockUntilCommit(transaction, JSON.stringify(['views', tenant, subject]));
      return change(transaction, await named(transaction));
    });
  return {
    list: () => named(db),
    insert: (view: SavedView) =>
      inTurn(async (transaction, views) => {
        if (views.some(({ name }) => name === view.name)) return 'name-taken';
        if (views.length >= maxViews) return 'full';
        await transaction.insert(auditViews).values({ ...view, tenant, owner: subject });
        return 'saved';
      }),
    rename: (id: string, name: string) =>
      inTurn(async (transaction, views) => {
        if (!views.some((one) => one.id === id)) return undefined;
        if (views.some((one) => one.id !== id && one.name === name)) return 'name-taken';
        await transaction.update(auditViews).set({ name }).where(here(id));
        return 'renamed';
      }),
    async remove(id: string): Promise<boolean> {
      return (await db.delete(auditViews).where(here(id)).returning()).length > 0;
    },
  };
}

export function createViewProcedures(db: NodePgDatabase) {
  return {
    /** Lists the caller's views, sorted by name: `[{ id, name, filter }]`. */
    views: permitted('audit:view')
      .meta({ isPrivate: true })
      .query(({ ctx: { identity } }) => createViewStore(db, identity).list()),

    /** @throws `VIEW_NAME_TAKEN`, `VIEW_LIMIT` */
    saveView: permitted('audit:view')
      .input(SaveViewInput)
      .mutation(async ({ ctx: { identity }, input }) => {
        const view = { id: randomUUID(), ...input };
        const outcome = await createViewStore(db, identity).insert(view);
        if (outcome === 'name-taken') throw nameTaken();
        if (outcome === 'full') throw new AppError('VIEW_LIMIT', `A user can have ${maxViews} saved views.`);
        return view;
      }),

    /** @throws `VIEW_NOT_FOUND`, `VIEW_NAME_TAKEN` */
    renameView: permitted('audit:view')
      .input(RenameViewInput)
      .mutation(async ({ ctx: { identity }, input: { id, name } }) => {
        const outcome = await createViewStore(db, identity).rename(id, name);
        if (outcome === undefined) throw notFound(id);
        if (outcome === 'name-taken') throw nameTaken();
        return { id, name };
      }),

    /** @throws `VIEW_NOT_FOUND` */
    removeView: permitted('audit:view')
      .input(ViewRef)
      .mutation(async ({ ctx: { identity }, input: { id } }) => {
        if (!(await createViewStore(db, identity).remove(id))) throw notFound(id);
        return { id };
      }),
  };
}

function notFound(id: string): AppError {
  return new AppError('VIEW_NOT_FOUND', `You have no view ${id} here.`);
}

function nameTaken(): AppError {
  return new AppError('VIEW_NAME_TAKEN', 'You already have a view with this name.');
}
