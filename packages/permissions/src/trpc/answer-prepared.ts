import type { Decision } from '../core/decision.ts';
import { AuthorizationUnavailableError } from '../core/errors.ts';
import { assertPermissions } from '../core/in-person.ts';
import type { GateAnswer } from '../core/gate-question.ts';
import type { Permissions, Question, ResourceRef } from '../core/permissions.ts';
import { combineDecisions } from './combine-decisions.ts';
import type { PermissionSet } from './requirement.ts';

/** A question that already has its answer, or the checks that answer it. */
export type PreparedQuestion<Permission extends string, Role extends string> =
  | { readonly answer: GateAnswer<Permission, Role> }
  | { readonly requirement: PermissionSet<Permission>; readonly on: ResourceRef | undefined };

/** Answers the questions in order, with one bulk check. During an outage, questions that need a check are `unavailable`. */
export async function answerPrepared<Permission extends string, Role extends string>(
  permissions: Permissions<Permission, Role>,
  prepared: readonly PreparedQuestion<Permission, Role>[],
): Promise<GateAnswer<Permission, Role>[]> {
  assertPermissions(permissions);
  const checks = prepared.flatMap((question) => {
    if ('answer' in question) return [];
    const { requirement, on } = question;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a gate's permissions and its instance belong together
    return requirement.permissions.map((permission) => ({ permission, on }) as Question<Permission>);
  });
  const decisions = (await decide(permissions, checks))?.values();
  return prepared.map((question) => {
    if ('answer' in question) return question.answer;
    if (decisions === undefined) return { state: 'unavailable' };
    const { requirement } = question;
    return answerOf(
      combineDecisions(
        requirement,
        requirement.permissions.flatMap(() => decisions.next().value ?? []),
      ),
    );
  });
}

async function decide<Permission extends string, Role extends string>(
  permissions: Permissions<Permission, Role>,
  checks: readonly Question<Permission>[],
): Promise<Decision<Permission, Role>[] | undefined> {
  try {
    return await permissions.checkMany(checks);
  } catch (error) {
    if (error instanceof AuthorizationUnavailableError) return undefined;
    throw error;
  }
}

/** The part of a decision that a browser may see. */
export function answerOf<Permission extends string, Role extends string>(
  decision: Decision<Permission, Role>,
): GateAnswer<Permission, Role> {
  if (decision.outcome === 'allow') return { state: 'allowed' };
  const { outcome: _, ...denied } = decision;
  return { state: 'denied', ...denied };
}
