import { permissionsOf } from '@latchkey/permissions';
import { answerGates } from '@latchkey/permissions/trpc';
import { TRPCError, type AnyTRPCRouter } from '@trpc/server';
import { z } from 'zod';
import { policy } from '../policy.ts';
import { about, documentsOf, type Document } from './documents.ts';
import { permitted, router, signedIn } from './trpc.ts';

const Id = z.object({ id: z.string() });
const Questions = z.array(
  z.union([
    z.object({ path: z.string(), input: z.unknown().optional() }),
    z.object({ permission: z.enum(permissionsOf(policy)), instance: z.string().optional() }),
  ]),
);

export const appRouter = router({
  // The list itself takes `documents:list`; each document in it takes `documents:view`: one round trip for all.
  list: permitted('documents:list').query(({ ctx: { permissions } }) =>
    permissions.filter('documents:view', [...documentsOf(permissions.tenant).values()], about),
  ),

  // Loaded once: the gate asks with its attributes, the resolver returns it.
  get: permitted('documents:view', Id, {
    load: ({ input, ctx }) => found(documentsOf(ctx.permissions.tenant).get(input.id)),
    on: (document) => about(document),
  }).query(({ ctx }) => ctx.loaded),

  // Whoever creates a document owns it.
  create: permitted('documents:create')
    .input(z.object({ title: z.string() }))
    .mutation(async ({ ctx: { permissions, directory }, input: { title } }) => {
      const { subject: user, tenant } = permissions;
      const id = crypto.randomUUID();
      await directory.assignRole({ user, tenant, role: 'owner', instance: `documents:${id}` });
      documentsOf(tenant).set(id, { id, title, status: 'draft' });
      return { id };
    }),

  remove: permitted('documents:delete', Id, ({ id }) => id).mutation(({ ctx, input }) => {
    documentsOf(ctx.permissions.tenant).delete(input.id);
  }),

  gates: signedIn.input(Questions).query(({ ctx, input }) => answerGates(whole(), ctx, input)),
});

export type AppRouter = typeof appRouter;

/** Said apart: a router that reads its own type while it is made has none. */
function whole(): AnyTRPCRouter {
  return appRouter;
}

function found(document: Document | undefined): Document {
  if (document === undefined) throw new TRPCError({ code: 'NOT_FOUND' });
  return document;
}
