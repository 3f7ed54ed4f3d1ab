import type { GateAnswer, GateQuestion } from '@latchkey/permissions';
import { answerGates, gateQuestions, gatesOf } from '@latchkey/permissions/trpc';
import { policy, type AppRole } from '@latchkey/policy';
import { callerOf, type Identity } from '../../authentication/identity.ts';
import type { FindPeople, NamedPerson } from '../../directory/people.ts';
import type { SharedResource, ShareRole } from '../../directory/shared-resources.ts';
import type { Context, SignedIn } from '../../platform/trpc/context.ts';
import { router, signedIn } from '../../platform/trpc/trpc.ts';
import { accessOf, type AccessDeps } from './access.ts';

export interface SessionRouterDeps extends AccessDeps {
  readonly findPeople: FindPeople;
  readonly roleEndsOf: (of: Pick<Identity, 'tenant' | 'subject'>) => Promise<readonly RoleEnd[]>;
  /** Called with the checks for page buttons, to count them. */
  readonly onAsked: (asked: AskedAnswers) => void;
}

/** When a user's role ends, in the tenant or on one report or collection. */
export interface RoleEnd {
  readonly target:
    | { readonly kind: 'role'; readonly role: AppRole }
    | {
        readonly kind: 'instance';
        readonly resource: SharedResource;
        readonly id: string;
        readonly role: ShareRole;
      };
  readonly at: string;
  readonly hasEnded: boolean;
  /** Whether a user removed the role before its end. */
  readonly isRemoved: boolean;
}

/** A token exchange, for the console's banner: `by` acts on behalf of `as`. */
export interface Acting {
  readonly as: NamedPerson;
  /** The current actor first, then prior actors. */
  readonly by: readonly NamedPerson[];
}

export interface AskedAnswers {
  readonly tenant: string;
  readonly action: string;
  readonly outcome: 'allow' | 'deny' | 'unavailable';
  readonly count: number;
}

const outcomes = { allowed: 'allow', denied: 'deny', unavailable: 'unavailable' } as const;

export function createSessionRouter(deps: SessionRouterDeps) {
  const { findPeople, roleEndsOf, onAsked } = deps;
  let gates: Promise<Readonly<Record<string, string>>> | undefined;
  const countAnswers = async (
    { router, identity: { tenant } }: SignedIn & Pick<Context, 'router'>,
    questions: readonly GateQuestion[],
    answers: readonly GateAnswer[],
  ): Promise<void> => {
    const permissions = await (gates ??= gatesOf(router));
    for (const [index, question] of questions.entries()) {
      const action = 'path' in question ? permissions[question.path] : question.permission;
      const answer = answers[index];
      // An invalid question gets no decision from a gate.
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
    /**
     * Returns the caller and their permissions in the whole tenant. `ends`: when the caller's roles end, or ended
     * within the last day.
     */
    me: signedIn.query(async ({ ctx: { identity, permissions } }) => {
      const [granted, acting, ends] = await Promise.all([
        permissions.granted(),
        actingIn(identity),
        roleEndsOf(identity),
      ]);
      return { subject: identity.subject, tenant: identity.tenant, ...granted, acting, ends };
    }),

    /** Returns the caller's permissions, roles on instances, missing permissions and approvers. */
    access: signedIn.query(({ ctx }) => accessOf(ctx, deps)),

    /**
     * Signals changes that may affect the caller's permissions. Ends when the token expires: reconnect with a new one.
     */
    changes: signedIn.subscription(async function* ({ ctx: { identity, subscriptions }, signal }) {
      for await (const _ of subscriptions.open({ identity, signal })) yield { changed: true } as const;
    }),

    /** Answers by the procedures' own gates. A mutation, because many questions do not fit into a URL. */
    gates: signedIn
      .meta({ isForViews: true })
      .input(gateQuestions(policy))
      .mutation(async ({ ctx, input }) => {
        ctx.admitQuestions(callerOf(ctx.identity).subject, input.length);
        const answers = await answerGates({ router: ctx.router, policy }, ctx, input);
        await countAnswers(ctx, input, answers);
        return answers;
      }),

    /** For the developers' panel of the web app. Like the policy, it is not secret. */
    gateTable: signedIn.query(({ ctx }) => gatesOf(ctx.router)),
  });
}
