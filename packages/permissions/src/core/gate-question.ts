import type { Deny } from './decision.ts';
import { isTooDeep } from './json-depth.ts';
import type { PermissionOf, Policy } from './policy.ts';

/** A browser's question of whether the user can call a procedure. The procedure's gate answers it. */
export interface ProcedureQuestion {
  /** The procedure's path in the router: `reports.publish`. */
  readonly path: string;
  /** The part of the procedure's input that the gate reads: for most gates, the instance's id. */
  readonly input?: unknown;
}

/**
 * A browser's question about a permission, for actions without a procedure. It carries no attributes, because only the
 * server may supply them.
 */
export interface PermissionQuestion<Permission extends string = string> {
  /** The permission, as `resource:action`. */
  readonly permission: Permission;
  /** The instance key. Omit it to ask about the resource as a whole. */
  readonly instance?: string | undefined;
}

export type GateQuestion<Permission extends string = string> =
  ProcedureQuestion | PermissionQuestion<Permission>;

/**
 * Why a question cannot be answered; retrying does not help. `unknown_procedure` and `unknown_permission`: the page may
 * be older than the server. `unreadable_input`: the gate cannot parse the input, or the server the question.
 * `not_found`: the instance no longer exists.
 */
export type GateProblem = 'unknown_procedure' | 'unknown_permission' | 'unreadable_input' | 'not_found';

/**
 * The answer to a `GateQuestion`. `denied` says what is missing and what grants it (see `Deny`). `unavailable`: no
 * decision could be made; without a `problem`, the question can be retried.
 */
export type GateAnswer<Permission extends string = string, Role extends string = string> =
  | { readonly state: 'allowed' }
  | ({ readonly state: 'denied' } & Omit<Deny<Permission, Role>, 'outcome'>)
  | { readonly state: 'unavailable'; readonly problem?: GateProblem | undefined };

/** Questions with their answers, serializable, for `initialAnswers` of a page that the server renders. */
export type GateAnswers<
  Permission extends string = string,
  Role extends string = string,
> = readonly (readonly [GateQuestion<Permission>, GateAnswer<Permission, Role>])[];

/** Replaces the path of a question that the server cannot parse. No procedure has this path. */
export const unreadablePath = '';

/**
 * The maximum number of questions in one call, for browsers and servers: as many checks as fit into one call to the
 * PDP.
 */
export const maxGateQuestions = 200;

/** The maximum size of a request's body. A page usually sends at most 20,000 bytes, but a question can be longer. */
export const maxBodyBytes = 131_072;

/** Of a path, permission or key, in characters. */
const maxLength = 500;

/**
 * The input parser of the procedure that calls `answerGates`: `.input(gateQuestions(policy))`. It accepts questions with
 * an unknown permission or an invalid shape. `answerGates` answers them with a problem, so that a page that is older or
 * newer than the server still gets its other answers.
 * @throws {TypeError} for a value that is not an array of at most 200 questions
 */
export function gateQuestions<P extends Policy>(
  _policy: P,
): (value: unknown) => GateQuestion<PermissionOf<P>>[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `answerGates` compares the permissions with the policy
  return (value) => readGateQuestions(value) as GateQuestion<PermissionOf<P>>[];
}

function readGateQuestions(value: unknown): GateQuestion[] {
  if (!Array.isArray(value)) throw new TypeError('Expected a list of questions.');
  if (value.length > maxGateQuestions) throw new TypeError(`Expected at most ${maxGateQuestions} questions.`);
  return value.map(readQuestion);
}

function readQuestion(value: unknown): GateQuestion {
  if (typeof value === 'object' && value !== null && !isTooDeep(value)) {
    if ('path' in value && isName(value.path)) {
      return { path: value.path, input: 'input' in value ? value.input : undefined };
    }
    if ('permission' in value && isName(value.permission)) {
      const instance = 'instance' in value ? value.instance : undefined;
      if (instance === undefined || isName(instance)) return { permission: value.permission, instance };
    }
  }
  return { path: unreadablePath };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxLength && value.isWellFormed();
}
