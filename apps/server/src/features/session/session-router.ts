import { answerGates, gateQuestions, gatesOf } from '@latchkey/permissions/trpc';
import { policy } from '@latchkey/policy';
import { router, signedIn } from '../../trpc/trpc.ts';
import type { Subscriptions } from '../../trpc/subscriptions.ts';
import { accessOf, type AccessDeps } from './access.ts';

export interface SessionRouterDeps extends AccessDeps {
  readonly subscriptions: Subscriptions;
}

/** What every signed-in person may ask about themselves. */
export function createSessionRouter(deps: SessionRouterDeps) {
  const { appRouter, subscriptions } = deps;
  return router({
    /** Who I am, and what I may do in the tenant as a whole. */
    me: signedIn.query(async ({ ctx: { identity, permissions } }) => ({
      subject: identity.subject,
      tenant: identity.tenant,
      ...(await permissions.granted()),
    })),

    /** The same with roles on instances, what I lack, and who could give it. */
    access: signedIn.query(({ ctx }) => accessOf(ctx, deps)),

    /** Tells when something changed that my permissions may depend on. Ends with the token: connect again with a new one. */
    changes: signedIn.subscription(async function* ({ ctx: { identity }, signal }) {
      for await (const _ of subscriptions.open({ identity, signal })) yield { changed: true } as const;
    }),

    /** May I call these procedures? Answered by their own gates. A mutation: many questions do not fit into a URL. */
    gates: signedIn.input(gateQuestions(policy)).mutation(({ ctx, input }) => {
      ctx.admitQuestions(ctx.identity.subject, input.length);
      return answerGates({ router: appRouter(), policy }, ctx, input);
    }),

    /** What each gate requires, by procedure: for the developers' panel of the web app. It is as public as the policy. */
    gateTable: signedIn.query(() => gatesOf(appRouter())),
  });
}
