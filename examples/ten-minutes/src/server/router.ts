import { answerGates, gateQuestions } from '@latchkey/permissions/trpc';
import type { AnyTRPCRouter } from '@trpc/server';
import { z } from 'zod';
import { policy } from '../policy.ts';
import { documentsOf, refOf } from './documents.ts';
import { permitted, router, signedIn } from './trpc.ts';

const Id = z.object({ id: z.string() });

export const appRouter = router({
  // The list requires `documents:list`, each document in it `documents:view`: one round trip for all of them.
  list: permitted('documents:list', undefined).query(({ ctx: { permissions } }) =>
    permissions.filter('documents:view', [...documentsOf(permissions.tenant).values()], refOf),
  ),

  // Loaded once: the gate checks the document's attributes, the resolver returns it.
  get: permitted('documents:view', Id, {
    load: ({ input, ctx }) => documentsOf(ctx.permissions.tenant).get(input.id),
    on: refOf,
  }).query(({ ctx }) => ctx.loaded),

  // The creator of a document becomes its owner.
  create: permitted('documents:create', undefined)
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

  // A mutation, because the checks of a large page do not fit into a URL.
  gates: signedIn
    .input(gateQuestions(policy))
    .mutation(({ ctx, input }) => answerGates({ router: untypedRouter(), policy }, ctx, input)),
});

export type AppRouter = typeof appRouter;

/** Its own function, because TypeScript cannot infer a router whose procedures refer to its type. */
function untypedRouter(): AnyTRPCRouter {
  return appRouter;
}
