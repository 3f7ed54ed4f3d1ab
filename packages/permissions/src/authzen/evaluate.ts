import { withinScopes } from '../core/ceilings.ts';
import type { Check, Decision, DecisionSource, Decider } from '../core/decision.ts';
import { AuthorizationUnavailableError, type OutageCause } from '../core/errors.ts';
import { maxGateQuestions } from '../core/gate-question.ts';
import type { PermissionOf, Policy } from '../core/policy.ts';
import { isRecord } from '../core/records.ts';
import type { CheckOf } from './check-of.ts';
import { InvalidRequestError, objectIn, readEntities, type Fields } from './read-request.ts';

/** The outcome of one evaluation, for an audit log. */
export interface AuthZenEvaluated {
  /** The decision; absent when none could be made. */
  readonly decision?: Decision | undefined;
  /** Why no decision could be made; absent otherwise. */
  readonly outage?: OutageCause | undefined;
  /** Where the decision came from; absent when the decider does not report it. */
  readonly source?: DecisionSource | undefined;
  /** How long the evaluation took, in milliseconds. */
  readonly duration: number;
}

/** The caller of the API: a service that asks about users of one tenant. */
export interface AuthZenCaller {
  /** The tenant key, from a verified token, never from the request's body. */
  readonly tenant: string;
  /** The scopes of the caller's token, which limit every decision. Default: no limit. */
  readonly scopes?: readonly string[] | undefined;
  /** Called with the check and the outcome of each evaluation, but not for searches. Must not throw. Optional. */
  readonly onEvaluated?: ((check: Check, evaluated: AuthZenEvaluated) => void) | undefined;
}

/** AuthZEN's Decision (section 5.5). */
export interface AuthZenDecision {
  readonly decision: boolean;
  readonly context?: Fields;
}

/**
 * Answer the endpoints of one and of several evaluations. Reject with `InvalidRequestError` or
 * `AuthorizationUnavailableError`.
 */
export interface Evaluate {
  one(body: Fields, caller: AuthZenCaller): Promise<AuthZenDecision>;
  many(body: Fields, caller: AuthZenCaller): Promise<AuthZenDecision | { evaluations: AuthZenDecision[] }>;
}

export function boundedBy<Permission extends string>(
  decider: Decider<Permission>,
  { scopes }: AuthZenCaller,
): Decider<Permission> {
  return scopes === undefined ? decider : withinScopes(decider, scopes);
}

/** The decision after which the list ends, by `options.evaluations_semantic` (section 7.1.2.1). */
const lastDecision = { execute_all: undefined, deny_on_first_deny: false, permit_on_first_permit: true };

export function createEvaluate<P extends Policy>(
  decider: Decider<PermissionOf<P>>,
  checkOf: CheckOf<P>,
): Evaluate {
  type Question = Check<PermissionOf<P>> | AuthZenDecision;

  const questionOf = (body: Fields, { tenant }: AuthZenCaller): Question => {
    const check = checkOf(readEntities(body), tenant);
    return typeof check === 'string' ? denial('404', check, 'There is no such permission.') : check;
  };
  /** Decides all checks in one call. `many` then drops the answers after the decisive one. */
  const answer = async (
    questions: readonly Question[],
    caller: AuthZenCaller,
  ): Promise<AuthZenDecision[]> => {
    const checks = questions.flatMap((question) => ('decision' in question ? [] : [question]));
    const sources: DecisionSource[] = [];
    const startedAt = performance.now();
    const report = (index: number, made: Omit<AuthZenEvaluated, 'duration'>): void => {
      const check = checks[index];
      if (check !== undefined)
        caller.onEvaluated?.(check, { ...made, duration: performance.now() - startedAt });
    };
    const onSource = (source: DecisionSource, index: number): void => void (sources[index] = source);
    const decisions =
      checks.length === 0
        ? []
        : await boundedBy(decider, caller)
            .decide(checks, { onSource })
            .catch((error: unknown) => {
              const outage = error instanceof AuthorizationUnavailableError ? error.outage : undefined;
              if (outage !== undefined) checks.forEach((_, index) => report(index, { outage }));
              throw error;
            });
    decisions.forEach((decision, index) => report(index, { decision, source: sources[index] }));
    const made = decisions.values();
    return questions.map((question) => ('decision' in question ? question : answerOf(made.next().value)));
  };

  const one: Evaluate['one'] = async (body, caller) => {
    const [decision] = await answer([questionOf(body, caller)], caller);
    return decision ?? answerOf(undefined);
  };
  return {
    one,
    async many(body, caller) {
      const semantic = semanticOf(body);
      const items = body['evaluations'] ?? [];
      if (!Array.isArray(items)) throw new InvalidRequestError('`evaluations` must be an array.');
      if (items.length === 0) return one(body, caller);
      if (items.length > maxGateQuestions)
        throw new InvalidRequestError(`Send at most ${maxGateQuestions} evaluations.`);
      const questions = items.map((item: unknown) => {
        try {
          return questionOf(withDefaults(body, item), caller);
        } catch (error) {
          if (error instanceof InvalidRequestError) return invalid(error);
          throw error;
        }
      });
      const evaluations = await answer(questions, caller);
      const end = evaluations.findIndex(({ decision }) => decision === lastDecision[semantic]);
      return { evaluations: end === -1 ? evaluations : evaluations.slice(0, end + 1) };
    },
  };
}

/**
 * Each entity is its own, or else the default, without merging the two (section 7.1.1).
 * @throws {InvalidRequestError}
 */
function withDefaults(defaults: Fields, item: unknown): Fields {
  if (!isRecord(item)) throw new InvalidRequestError('An evaluation must be an object.');
  const names = ['subject', 'resource', 'action', 'context'];
  return Object.fromEntries(names.map((name) => [name, item[name] ?? defaults[name]]));
}

function semanticOf(body: Fields): keyof typeof lastDecision {
  const semantic = objectIn(body, 'options')?.['evaluations_semantic'] ?? 'execute_all';
  if (
    semantic === 'execute_all' ||
    semantic === 'deny_on_first_deny' ||
    semantic === 'permit_on_first_permit'
  )
    return semantic;
  throw new InvalidRequestError(
    `\`options.evaluations_semantic\` must be ${Object.keys(lastDecision).join(', ')}.`,
  );
}

/** A denial, so that the other evaluations are still answered (section 7.2.1). */
function invalid({ message }: InvalidRequestError): AuthZenDecision {
  return { decision: false, context: { error: { status: 400, message } } };
}

/** With the reasons by HTTP status, as in the specification's example (section 5.5.2.1). */
function denial(status: string, admin: string, user: string): AuthZenDecision {
  return { decision: false, context: { reason_admin: { [status]: admin }, reason_user: { [status]: user } } };
}

/** @throws {AuthorizationUnavailableError} if the decision is missing */
export function answerOf(decision: Decision | undefined): AuthZenDecision {
  if (decision === undefined)
    throw new AuthorizationUnavailableError('malformed', { detail: 'a decision is missing' });
  if (decision.outcome === 'allow') return { decision: true };
  const {
    permission,
    reason,
    grantedBy,
    grantedByInstanceRoles,
    grantedByRules = [],
    scopes = [],
  } = decision;
  const roles = [
    ...grantedBy,
    ...grantedByInstanceRoles.map((role) => `${role} of the instance`),
    ...grantedByRules.map(({ text }) => text),
  ];
  const granted = roles.length === 0 ? '' : ` Granted by: ${roles.join(', ')}.`;
  const covered = scopes.length === 0 ? '' : ` Covered by the scopes: ${scopes.join(', ')}.`;
  return denial(
    '403',
    `${permission}: ${reason}.${granted}${covered}`,
    `Permission ${permission} is missing.`,
  );
}
