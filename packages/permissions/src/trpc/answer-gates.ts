import { TRPCError, type AnyTRPCRouter } from '@trpc/server';
import {
  answerOf,
  answerPrepared,
  preparePermission,
  problem,
  type PreparedQuestion,
} from './answer-prepared.ts';
import { PermissionDeniedError } from '../core/errors.ts';
import { unreadablePath, type GateAnswer, type GateQuestion } from '../core/gate-question.ts';
import { permissionsOf } from '../core/grants.ts';
import { actingDeny, isActing } from '../core/in-person.ts';
import type { Permissions } from '../core/permissions.ts';
import type { Policy } from '../core/policy.ts';
import { GateInputError } from './to-trpc-error.ts';
import { gateOf, type GatedContext } from './gate.ts';
import { proceduresOf, loadLazyRouters } from './router-gates.ts';

export interface GateSource {
  /** The router with the procedures that questions can be about. */
  readonly router: AnyTRPCRouter;
  /** The policy with the permissions that questions can be about. */
  readonly policy: Policy;
}

/**
 * Answers a browser's questions for its buttons: can the user call this procedure with this input? The answer comes
 * from the procedure's own gate, so a button always follows the gate on the server. All questions are answered with one
 * bulk check, in the given order. A procedure without a gate is `allowed`.
 *
 * ```ts
 * gates: signedIn.input(gateQuestions(policy)).mutation(({ ctx, input }) => answerGates({ router, policy }, ctx, input)),
 * ```
 * Use a mutation: it works with any link and sends the questions in the body of a POST, which, unlike a URL, has no
 * length limit.
 *
 * An invalid question affects only its own answer, which is `unavailable` with a `GateProblem`, for example because it
 * names an unknown procedure, or an instance that no longer exists. An instance counts as no longer existing if the
 * gate's loader finds nothing and the caller has the permission, or if the loader throws tRPC's `NOT_FOUND` or an error
 * whose `status` is 404. During an outage, and when the instance cannot be loaded, the answer is `unavailable` without
 * a problem.
 * @param ctx - The caller's tRPC context, which is also passed to the gates' loaders.
 */
export async function answerGates<
  Permission extends string,
  Role extends string,
  InstancePermission extends string = never,
  ListField extends string = never,
>(
  { router, policy }: GateSource,
  ctx: GatedContext<Permission, Role, InstancePermission, ListField>,
  questions: readonly GateQuestion[],
): Promise<GateAnswer<Permission, Role>[]> {
  await loadLazyRouters(router);
  const procedures = proceduresOf(router);
  const known = new Set<string>(permissionsOf(policy));
  const prepared = await Promise.all(
    questions.map(async (question) =>
      'path' in question ? prepareProcedure(procedures, ctx, question) : preparePermission(known, question),
    ),
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- gates and the policy have these permissions only
  return answerPrepared(ctx.permissions, prepared as PreparedQuestion<Permission, Role>[]);
}

type Prepared = PreparedQuestion<string, string>;

async function prepareProcedure(
  procedures: Readonly<Record<string, unknown>>,
  ctx: { readonly permissions: Pick<Permissions, 'actors'> },
  { path, input }: Extract<GateQuestion, { path: string }>,
): Promise<Prepared> {
  if (path === unreadablePath) return problem('unreadable_input');
  if (!Object.hasOwn(procedures, path)) return problem('unknown_procedure');
  const gate = gateOf(procedures[path]);
  if (gate === undefined) return { answer: { state: 'allowed' } };
  const [permission] = gate.requirement.permissions;
  if (gate.actors === 'deny' && isActing(ctx.permissions))
    return { answer: answerOf(actingDeny(permission)) };
  try {
    const check = (await gate.target?.(input, ctx)) ?? { requirement: gate.requirement, on: undefined };
    return { ...check, actors: gate.actors };
  } catch (cause) {
    if (cause instanceof GateInputError) return problem('unreadable_input');
    // The loader itself checked a permission, which was denied.
    if (cause instanceof PermissionDeniedError) return { answer: answerOf(cause.decision) };
    if (isNotFound(cause)) return problem('not_found');
    return { answer: { state: 'unavailable' } }; // The instance could not be loaded.
  }
}

function isNotFound(cause: unknown): boolean {
  if (cause instanceof TRPCError) return cause.code === 'NOT_FOUND';
  return cause instanceof Error && 'status' in cause && cause.status === 404;
}
