import { randomUUID } from 'node:crypto';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { AppError } from '../../platform/app-error.ts';
import { permitted } from '../../platform/trpc/trpc.ts';
import { RenameViewInput, SaveViewInput, ViewRef } from './audit-inputs.ts';
import { createViewStore, mostViews } from './view-store.ts';

/** The caller's saved views of the audit page: named filters. They grant no permissions and are private. */
export function createViewProcedures(db: NodePgDatabase) {
  return {
    /** Sorted by name: `[{ id, name, filter }]`. */
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
        if (outcome === 'full') throw new AppError('VIEW_LIMIT', `One person may have ${mostViews} views.`);
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
  return new AppError('VIEW_NAME_TAKEN', 'You have a view of this name.');
}
