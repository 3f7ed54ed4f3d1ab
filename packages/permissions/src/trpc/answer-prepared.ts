import type { Decision } from '../core/decision.ts';
import { AuthorizationUnavailableError } from '../core/errors.ts';
import { type ActorsOption, assertPermissions, isActing, permissionsAtGate } from '../core/in-person.ts';
import type { GateAnswer, GateProblem, PermissionQuestion } from '../core/gate-question.ts';
import type { Permissions, Question } from '../core/permissions.ts';
import { combineDecisions, questionsOf, type GateCheck } from './gate-check.ts';
import { toPermissionSet } from './requirement.ts';

export type PreparedQuestion<Permission extends string, Role extends string> =
  { readonly answer: GateAnswer<Permission, Role> } | (GateCheck<Permission> & ActorsOption);

/** The check for a question about a permission; a problem if the policy does not have it. */
export function preparePermission<Permission extends string>(
  known: ReadonlySet<string>,
  { permission, instance }: PermissionQuestion<Permission>,
): PreparedQuestion<Permission, never> {
  if (!known.has(permission)) return problem('unknown_permission');
  return { requirement: toPermissionSet(permission), on: instance };
}

export function problem(problem: GateProblem): { readonly answer: GateAnswer<never, never> } {
  return { answer: { state: 'unavailable', problem } };
}

/**
 * In order, with one bulk check; with another one for the gates with a ceiling, if the request has an actor. In an
 * outage, answers that need a check are `unavailable`.
 */
export async function answerPrepared<Permission extends string, Role extends string>(
  permissions: Permissions<Permission, Role>,
  prepared: readonly PreparedQuestion<Permission, Role>[],
): Promise<GateAnswer<Permission, Role>[]> {
  assertPermissions(permissions);
  if (!isActing(permissions)) return answerAll(permissions, prepared);
  const isBounded = (question: PreparedQuestion<Permission, Role>): boolean =>
    'actors' in question && question.actors === 'ceiling';
  const [bounded, others] = await Promise.all([
    answerAll(permissionsAtGate(permissions, { actors: 'ceiling' }), prepared.filter(isBounded)),
    answerAll(
      permissions,
      prepared.filter((question) => !isBounded(question)),
    ),
  ]);
  const answers = { bounded: bounded.values(), others: others.values() };
  return prepared.map(
    (question) =>
      answers[isBounded(question) ? 'bounded' : 'others'].next().value ?? { state: 'unavailable' },
  );
}

async function answerAll<Permission extends string, Role extends string>(
  permissions: Permissions<Permission, Role>,
  prepared: readonly PreparedQuestion<Permission, Role>[],
): Promise<GateAnswer<Permission, Role>[]> {
  const checks = prepared.flatMap((question) => ('answer' in question ? [] : questionsOf(question)));
  const decisions = (await decide(permissions, checks))?.values();
  return prepared.map((question) => {
    if ('answer' in question) return question.answer;
    if (decisions === undefined) return { state: 'unavailable' };
    const { requirement, isMissing } = question;
    const decision = combineDecisions(
      question,
      requirement.permissions.flatMap(() => decisions.next().value ?? []),
    );
    return isMissing === true && decision.outcome === 'allow'
      ? { state: 'unavailable', problem: 'not_found' }
      : answerOf(decision);
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

/** What a browser may see of a decision. */
export function answerOf<Permission extends string, Role extends string>(
  decision: Decision<Permission, Role>,
): GateAnswer<Permission, Role> {
  if (decision.outcome === 'allow') return { state: 'allowed' };
  const { outcome: _, ...denied } = decision;
  return { state: 'denied', ...denied };
}
