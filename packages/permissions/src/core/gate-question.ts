import type { Deny } from './decision.ts';
import type { PermissionOf, Policy } from './policy.ts';

/**
 * A browser's question of whether the user can call a procedure with an input. The server answers it with the
 * procedure's gate.
 */
export interface ProcedureQuestion {
  /** The procedure's path in the router: `reports.publish`. */
  readonly path: string;
  /** The part of the procedure's input that the gate reads: for most gates, the instance's id. */
  readonly input?: unknown;
}

/**
 * A browser's question of whether the user has a permission, for actions without a procedure. It cannot carry
 * attributes, because only the server may supply them.
 */
export interface PermissionQuestion<Permission extends string = string> {
  /** The permission, as `resource:action`. */
  readonly permission: Permission;
  /** The instance key. Omit it to ask about the resource as a whole. */
  readonly instance?: string | undefined;
}

/** A question that a browser can send to `answerGates`. */
export type GateQuestion<Permission extends string = string> =
  ProcedureQuestion | PermissionQuestion<Permission>;

/**
 * Why a question cannot be answered. Retrying does not help. `unknown_procedure` and `unknown_permission`: the server
 * does not define the procedure or the permission, for example because the page is older than the server.
 * `unreadable_input`: the gate cannot parse the question's input, or the server cannot parse the question. `not_found`:
 * the instance no longer exists.
 */
export type GateProblem = 'unknown_procedure' | 'unknown_permission' | 'unreadable_input' | 'not_found';

/**
 * The answer to a `GateQuestion`. `denied` names the missing permission, and the roles and rules that grant it (see
 * `Deny`). `unavailable`: no decision could be made. If there is a `problem`, the question itself cannot be answered;
 * otherwise, it can be retried.
 */
export type GateAnswer<Permission extends string = string, Role extends string = string> =
  | { readonly state: 'allowed' }
  | ({ readonly state: 'denied' } & Omit<Deny<Permission, Role>, 'outcome'>)
  | { readonly state: 'unavailable'; readonly problem?: GateProblem | undefined };

/**
 * Questions with their answers, as serializable data. The server renders the page with them and passes them to
 * `initialAnswers`.
 */
export type GateAnswers<
  Permission extends string = string,
  Role extends string = string,
> = readonly (readonly [GateQuestion<Permission>, GateAnswer<Permission, Role>])[];

/** The path that replaces that of a question which the server cannot parse. No procedure has this path. */
export const unreadablePath = '';

/**
 * The maximum number of questions in one call, which browsers and servers observe. Most questions need one check, and
 * one call to the PDP can contain the same number of checks.
 */
export const maxGateQuestions = 200;

/**
 * The maximum size of a request's body, in bytes. A page usually sends at most 20,000, but a single question can be
 * longer.
 */
export const maxBodyBytes = 131_072;

/** The maximum length of a path, permission or key, in characters. */
const maxLength = 500;

/**
 * Parses a browser's questions. Use it as the input of the procedure that calls `answerGates`:
 * `.input(gateQuestions(policy))`. The policy is used only for its types. A question with an unknown permission or an
 * invalid shape is not refused: `answerGates` answers it with a problem, so that a page that is older or newer than the
 * server still gets its other answers.
 * @throws {TypeError} for a value that is not an array of at most 200 questions.
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
  if (typeof value === 'object' && value !== null) {
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
