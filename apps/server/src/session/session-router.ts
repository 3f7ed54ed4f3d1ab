import { permissionsOf } from '@latchkey/permissions';
import { answerGates } from '@latchkey/permissions/trpc';
import { policy } from '@latchkey/policy';
import type { AnyTRPCRouter } from '@trpc/server';
import { z } from 'zod';
import { router, signedIn } from '../trpc/trpc.ts';
import { changesFor } from './changes-for.ts';

const Questions = z
  .array(
    z.union([
      z.object({ path: z.string().max(200), input: z.unknown().optional() }),
      z.object({ permission: z.enum(permissionsOf(policy)), instance: z.string().max(200).optional() }),
    ]),
  )
  .max(100);

/** What everyone signed in may ask of themselves. The whole router is read late: it contains this one. */
export function createSessionRouter(whole: () => AnyTRPCRouter) {
  return router({
    /** Who I am, and what I may do in the tenant as a whole. */
    me: signedIn.query(async ({ ctx: { identity, permissions } }) => ({
      subject: identity.subject,
      tenant: identity.tenant,
      ...(await permissions.granted()),
    })),

    /** Says when something changed that my permissions may depend on. Ends with the token: connect anew with a new one. */
    changes: signedIn.subscription(({ ctx: { identity, services }, signal }) =>
      changesFor(identity, services, signal),
    ),

    /** May I call these procedures? Answered by their own gates. */
    gates: signedIn.input(Questions).query(({ ctx, input }) => answerGates(whole(), ctx, input)),
  });
}
