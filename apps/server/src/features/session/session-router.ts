import type { GateAnswer, GateQuestion } from '@latchkey/permissions';
import { answerGates, gateQuestions, gatesOf } from '@latchkey/permissions/trpc';
import { policy } from '@latchkey/policy';
import { callerOf, type Identity } from '../../auth/identity.ts';
import type { FindPeople, NamedPerson } from '../../auth/people.ts';
import { router, signedIn } from '../../trpc/trpc.ts';
import type { Subscriptions } from '../../trpc/subscriptions.ts';
import { accessOf, type AccessDeps } from './access.ts';

export interface SessionRouterDeps extends AccessDeps {
  readonly subscriptions: Subscriptions;
  readonly findPeople: FindPeople;
  /** Counts what pages ask for their buttons. */
  readonly onAsked: (asked: AskedAnswers) => void;
}

/** Who acts for whom, for the banner of the console. */
export interface Acting {
  readonly as: NamedPerson;
  /** The present actor first, then those before. */
  readonly by: readonly NamedPerson[];
}

/** So many questions about a permission that were answered in the same way. */
export interface AskedAnswers {
  readonly tenant: string;
  readonly action: string;
  readonly outcome: 'allow' | 'deny' | 'unavailable';
  readonly count: number;
}

const outcomes = { allowed: 'allow', denied: 'deny', unavailable: 'unavailable' } as const;

/** What every signed-in person may ask about themselves. */
export function createSessionRouter(deps: SessionRouterDeps) {
  const { appRouter, subscriptions, findPeople, onAsked } = deps;
  let gates: Promise<Readonly<Record<string, string>>> | undefined;
  const countAnswers = async (
    tenant: string,
    questions: readonly GateQuestion[],
    answers: readonly GateAnswer[],
  ): Promise<void> => {
    const permissions = await (gates ??= gatesOf(appRouter()));
    for (const [index, question] of questions.entries()) {
      const action = 'path' in question ? permissions[question.path] : question.permission;
      const answer = answers[index];
      // What is wrong with the question itself is no answer of a gate.
      if (action === undefined || answer === undefined || 'problem' in answer) continue;
      onAsked({ tenant, action, outcome: outcomes[answer.state], count: 1 });
    }
  };
  const actingIn = async ({ subject, actors }: Identity): Promise<Acting | null> => {
    if (actors === undefined) return null;
    const names = await findPeople([subject, ...actors]);
    const named = (key: string): NamedPerson => names.get(key) ?? { key, name: null };
    return { as: named(subject), by: actors.map(named) };
  };
  return router({
    /** Who I am, and what I may do in the tenant as a whole. `acting`: who acts for me by a token exchange, `null` for nobody. */
    me: signedIn.query(async ({ ctx: { identity, permissions } }) => {
      const [granted, acting] = await Promise.all([permissions.granted(), actingIn(identity)]);
      return { subject: identity.subject, tenant: identity.tenant, ...granted, acting };
    }),

    /** The same with roles on instances, what I lack, and who could give it. */
    access: signedIn.query(({ ctx }) => accessOf(ctx, deps)),

    /** Tells when something changed that my permissions may depend on. Ends with the token: connect again with a new one. */
    changes: signedIn.subscription(async function* ({ ctx: { identity }, signal }) {
      for await (const _ of subscriptions.open({ identity, signal })) yield { changed: true } as const;
    }),

    /** May I call these procedures? Answered by their own gates. A mutation: many questions do not fit into a URL. */
    gates: signedIn
      .meta({ isForViews: true })
      .input(gateQuestions(policy))
      .mutation(async ({ ctx, input }) => {
        ctx.admitQuestions(callerOf(ctx.identity).subject, input.length);
        const answers = await answerGates({ router: appRouter(), policy }, ctx, input);
        await countAnswers(ctx.identity.tenant, input, answers);
        return answers;
      }),

    /** What each gate requires, by procedure: for the developers' panel of the web app. It is as public as the policy. */
    gateTable: signedIn.query(() => gatesOf(appRouter())),
  });
}
