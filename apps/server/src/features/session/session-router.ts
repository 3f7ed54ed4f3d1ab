import { permissionsOf } from '@latchkey/permissions';
import { answerGates } from '@latchkey/permissions/trpc';
import { policy } from '@latchkey/policy';
import type { AnyTRPCRouter } from '@trpc/server';
import { z } from 'zod';
import type { FactChanges } from '../../auth/fact-changes.ts';
import { router, signedIn } from '../../trpc/trpc.ts';
import type { Subscriptions } from '../../trpc/subscriptions.ts';
import { watchPermissions } from './watch-permissions.ts';

export interface SessionRouterDeps {
  /** The whole router: it contains this one, so it is read when a question comes. */
  readonly appRouter: () => AnyTRPCRouter;
  readonly factChanges: Pick<FactChanges, 'subscribe'>;
  readonly subscriptions: Subscriptions;
}

const Questions = z
  .array(
    z.union([
      z.object({ path: z.string().max(200), input: z.unknown().optional() }),
      z.object({ permission: z.enum(permissionsOf(policy)), instance: z.string().max(200).optional() }),
    ]),
  )
  .max(100);

/** What every signed-in person may ask about themselves. */
export function createSessionRouter({ appRouter, factChanges, subscriptions }: SessionRouterDeps) {
  return router({
    /** Who I am, and what I may do in the tenant as a whole. */
    me: signedIn.query(async ({ ctx: { identity, permissions } }) => ({
      subject: identity.subject,
      tenant: identity.tenant,
      ...(await permissions.granted()),
    })),

    /** Tells when something changed that my permissions may depend on. Ends with the token: connect again with a new one. */
    changes: signedIn.subscription(({ ctx: { identity }, signal }) =>
      watchPermissions(identity, signal, { factChanges, subscriptions }),
    ),

    /** May I call these procedures? Answered by their own gates. */
    gates: signedIn.input(Questions).query(({ ctx, input }) => answerGates(appRouter(), ctx, input)),
  });
}
