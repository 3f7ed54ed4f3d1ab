import { TRPCError, type AnyTRPCRouter } from '@trpc/server';
import { ZodError } from 'zod';
import type { Decision } from '../decision.ts';
import { AuthorizationUnavailableError } from '../errors.ts';
import type { GateAnswer, GateQuestion } from '../gate-question.ts';
import type { ResourceRef, Question } from '../permissions.ts';
import type { Gated } from './create-gates.ts';
import { combine } from './require-permissions.ts';
import { gateOf, proceduresOf, type Gate } from './router-gates.ts';
import { severalOf } from './requirement.ts';

/**
 * Answers what a browser asks before it offers a button: may I call this procedure with this input? The answer comes
 * out of the procedure's own gate, so a gate that moves on the server moves the button. All questions are one bulk check.
 * An outage is an answer here (`unavailable`), not a failure of the page.
 * @throws {TRPCError} BAD_REQUEST for a path that is no procedure, or an input that the gate cannot read.
 */
export async function answerGates<Permission extends string, Role extends string>(
  router: AnyTRPCRouter,
  ctx: Gated<Permission, Role>,
  questions: readonly GateQuestion[],
): Promise<GateAnswer<Permission, Role>[]> {
  const procedures = proceduresOf(router);
  const prepared = await Promise.all(questions.map((question) => prepare(procedures, ctx, question)));
  const checks = prepared.flatMap(({ gate, on }) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `permitted` took them typed
    (gate?.requirement.permissions ?? []).map((permission) => ({ permission, on }) as Question<Permission>),
  );
  try {
    const decisions = (await ctx.permissions.checkMany(checks)).values();
    return prepared.map(({ gate, state }) => {
      if (gate === undefined) return { state };
      return answerOf(
        combine(
          gate.requirement,
          gate.requirement.permissions.flatMap(() => decisions.next().value ?? []),
        ),
      );
    });
  } catch (error) {
    if (!(error instanceof AuthorizationUnavailableError)) throw error;
    return prepared.map(({ gate, state }) => ({ state: gate === undefined ? state : 'unavailable' }));
  }
}

/** A gate with what its question is about; without a gate, `state` is the answer already. */
interface Prepared {
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
    const requirement = severalOf(question.permission);
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
    if (cause instanceof ZodError) {
      throw new TRPCError({
        code: 'BAD_REQUEST',
        message: `The gate of "${path}" cannot read that input.`,
        cause,
      });
    }
    return { state: 'unavailable' }; // What the question is about could not be fetched, or is gone.
  }
}

function answerOf<Permission extends string, Role extends string>(
  decision: Decision<Permission, Role>,
): GateAnswer<Permission, Role> {
  if (decision.outcome === 'allow') return { state: 'allowed' };
  const { permission, reason, grantedBy } = decision;
  return { state: 'denied', permission, reason, grantedBy };
}
