import { TRPCError, type AnyTRPCRouter } from '@trpc/server';
import type { Decision, Deny } from '../decision.ts';
import { AuthorizationUnavailableError, PermissionDeniedError } from '../errors.ts';
import type { GateAnswer, GateQuestion } from '../gate-question.ts';
import type { ResourceRef, Question } from '../permissions.ts';
import { combineDecisions } from './combine-decisions.ts';
import type { GatedContext } from './create-gates.ts';
import { gateOf, type Gate } from './gate.ts';
import { GateInputError } from './gate-input-error.ts';
import { loadLazyRouters } from './load-lazy-routers.ts';
import { toPermissionSet } from './requirement.ts';
import { proceduresOf } from './router-gates.ts';

/**
 * Answers a browser's questions about its buttons: may I call this procedure with this input? The answer comes from the
 * procedure's own gate: when the gate changes on the server, the button changes. All questions are one bulk check, and
 * the answers are in the order of the questions. An outage is an answer here (`unavailable`), not a failure of the page.
 * A procedure without a gate is `allowed`. An instance that cannot be fetched, or is gone, is `unavailable`.
 * @param router - The router that the questions' paths belong to.
 * @param ctx - The caller's context, also passed to the gates' loaders.
 * @throws {TRPCError} `BAD_REQUEST` for a path that is no procedure, or an input that the gate cannot read.
 */
export async function answerGates<Permission extends string, Role extends string>(
  router: AnyTRPCRouter,
  ctx: GatedContext<Permission, Role>,
  questions: readonly GateQuestion[],
): Promise<GateAnswer<Permission, Role>[]> {
  await loadLazyRouters(router);
  const procedures = proceduresOf(router);
  const ownAnswerOf = (denied: Deny): GateAnswer<Permission, Role> =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was thrown by `ctx.permissions`
    answerOf(denied as Deny<Permission, Role>);
  const prepared = await Promise.all(questions.map((question) => prepare(procedures, ctx, question)));
  const checks = prepared.flatMap(({ gate, on }) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `permitted` accepts only these permissions
    (gate?.requirement.permissions ?? []).map((permission) => ({ permission, on }) as Question<Permission>),
  );
  try {
    const decisions = (await ctx.permissions.checkMany(checks)).values();
    return prepared.map(({ gate, state, denied }) => {
      if (denied !== undefined) return ownAnswerOf(denied);
      if (gate === undefined) return { state };
      return answerOf(
        combineDecisions(
          gate.requirement,
          gate.requirement.permissions.flatMap(() => decisions.next().value ?? []),
        ),
      );
    });
  } catch (error) {
    if (!(error instanceof AuthorizationUnavailableError)) throw error;
    return prepared.map(({ gate, state, denied }) =>
      denied === undefined ? { state: gate === undefined ? state : 'unavailable' } : ownAnswerOf(denied),
    );
  }
}

/** A question's gate and the instance that it is about. Without a gate, `state` is the answer. */
interface Prepared {
  /** The gate's loader has asked for a permission itself, and was denied. The gate is not asked then. */
  readonly denied?: Deny;
  readonly gate?: Gate;
  readonly on?: ResourceRef | undefined;
  readonly state: 'allowed' | 'unavailable';
}

async function prepare(
  procedures: Readonly<Record<string, unknown>>,
  ctx: unknown,
  question: GateQuestion,
): Promise<Prepared> {
  if ('permission' in question) {
    const requirement = toPermissionSet(question.permission);
    return { gate: { requirement }, on: question.instance, state: 'unavailable' };
  }
  const { path, input } = question;
  if (!Object.hasOwn(procedures, path)) {
    throw new TRPCError({ code: 'BAD_REQUEST', message: `There is no procedure "${path}".` });
  }
  const gate = gateOf(procedures[path]);
  if (gate === undefined) return { state: 'allowed' };
  try {
    return { gate, on: (await gate.target?.(input, ctx))?.on, state: 'unavailable' };
  } catch (cause) {
    if (cause instanceof GateInputError) {
      throw new TRPCError({
        code: 'BAD_REQUEST',
        message: `The gate of "${path}" cannot read that input.`,
        cause,
      });
    }
    if (cause instanceof PermissionDeniedError) return { denied: cause.decision, state: 'unavailable' };
    return { state: 'unavailable' }; // The instance could not be fetched, or is gone.
  }
}

function answerOf<Permission extends string, Role extends string>(
  decision: Decision<Permission, Role>,
): GateAnswer<Permission, Role> {
  if (decision.outcome === 'allow') return { state: 'allowed' };
  const { outcome: _, ...denied } = decision;
  return { state: 'denied', ...denied };
}
