import type { AnyTRPCProcedure } from '@trpc/server';
import { z } from 'zod';
import { denial, fail } from './stub-failures.ts';
import { ById, isAdmin, isEditor, type StubProcedures } from './stub-procedures.ts';

const collection = {
  title: 'Audit 2026',
  owner: { key: 'u-editor', name: 'Mina Park', isMachine: false },
  createdAt: '2026-11-24T09:00:00.000Z',
};

const report = { id: 'r-1', title: 'Q4 review', createdAt: '2026-11-24T09:00:00.000Z' };

/** The collection procedures: every id exists and has one report. Viewers have no role on any. */
export function stubCollections({ gated }: StubProcedures): Record<string, AnyTRPCProcedure> {
  const titles = new Map<string, string>();
  return {
    list: gated.query(() => []),
    get: gated.input(ById).query(({ ctx, input: { id } }) => {
      if (!isEditor(ctx.token) && !isAdmin(ctx.token))
        throw fail({ status: 'FORBIDDEN', code: 'FORBIDDEN', denied: denial('collections:view', ['admin']) });
      return { ...collection, title: titles.get(id) ?? collection.title, id, reports: [report], hidden: 0 };
    }),
    rename: gated.input(ById.extend({ title: z.string() })).mutation(({ input: { id, title } }) => {
      titles.set(id, title);
      return { id, title };
    }),
    take: gated.input(ById).mutation(({ input }) => input),
    addable: gated.input(ById).query(() => []),
    access: gated.input(ById).query(() => ({ people: [], more: 0, byRole: [] })),
  };
}
