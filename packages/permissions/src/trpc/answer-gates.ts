import { TRPCError, type AnyTRPCRouter } from '@trpc/server';
import { AuthorizationUnavailableError } from '../errors.ts';
import type { GateAnswer, GateQuestion } from '../gate.ts';
import type { Permissions } from '../permissions.ts';
import { gateOf, proceduresOf } from './gate-of.ts';

/**
 * Answers what a browser asks before it offers a button: may I call this procedure with this input? The answer comes
 * out of the procedure's own gate, so a gate that moves on the server moves the button. All questions are one bulk check.
 * An outage is an answer here (`unavailable`), not a failure of the page.
 * @throws {TRPCError} BAD_REQUEST for a path that is no procedure, or an input that the gate cannot read.
 */
export async function answerGates<Permission extends string, Role extends string>(
  router: AnyTRPCRouter,
  permissions: Permissions<Permission, Role>,
  questions: readonly GateQuestion[],
): Promise<GateAnswer<Permission, Role>[]> {
  const procedures = proceduresOf(router);
  const checks = questions.map((question) => checkFor(procedures, question));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `permitted` took them typed
  const asked = checks.filter((check) => check !== undefined) as {
    permission: Permission;
    instance?: string;
  }[];
  try {
    const decisions = (await permissions.checkMany(asked)).values();
    return checks.map((check) => {
      if (check === undefined) return { state: 'allowed' };
      const decision = decisions.next().value;
      if (decision === undefined) return { state: 'unavailable' };
      if (decision.outcome === 'allow') return { state: 'allowed' };
      const { permission, reason, grantedBy } = decision;
      return { state: 'denied', permission, reason, grantedBy };
    });
  } catch (error) {
    if (!(error instanceof AuthorizationUnavailableError)) throw error;
    return checks.map((check) => ({ state: check === undefined ? 'allowed' : 'unavailable' }));
  }
}

/** `undefined` for a procedure that is open to everyone signed in. */
function checkFor(
  procedures: Readonly<Record<string, unknown>>,
  { path, input }: GateQuestion,
): { permission: string; instance?: string } | undefined {
  if (!Object.hasOwn(procedures, path)) {
    throw new TRPCError({ code: 'BAD_REQUEST', message: `There is no procedure "${path}".` });
  }
  const gate = gateOf(procedures[path]);
  if (gate === undefined) return undefined;
  const { permission } = gate;
  if (gate.instanceIn === undefined) return { permission };
  try {
    return { permission, instance: gate.instanceIn(input) };
  } catch (error) {
    throw new TRPCError({
      code: 'BAD_REQUEST',
      message: `The gate of "${path}" cannot read that input.`,
      cause: error,
    });
  }
}
