import type { DenyReason } from './decision.ts';

/** A browser's question: may I call this procedure with this input? The server answers it from the procedure's gate. */
export interface ProcedureQuestion {
  /** The procedure's path in the router: `reports.publish`. */
  readonly path: string;
  /** The part of the procedure's input that the gate reads: for most gates the instance's id. */
  readonly input?: unknown;
}

/**
 * A browser's question about a permission that no procedure stands for. It cannot carry attributes: only the server may
 * supply them.
 */
export interface PermissionQuestion<Permission extends string = string> {
  /** `resource:action` */
  readonly permission: Permission;
  /** The key of the instance. Absent: the question is about the resource as a whole. */
  readonly instance?: string | undefined;
}

/** What a browser can ask `answerGates`. */
export type GateQuestion<Permission extends string = string> =
  ProcedureQuestion | PermissionQuestion<Permission>;

/**
 * Why a question itself cannot be answered; asking again does not help. `unknown_procedure` and `unknown_permission`: the
 * server does not have it, for example because the page is older than the server. `unreadable_input`: the gate cannot
 * read the question's input, or the server the question. `not_found`: the instance is gone.
 */
export type GateProblem = 'unknown_procedure' | 'unknown_permission' | 'unreadable_input' | 'not_found';

/**
 * The answer to a `GateQuestion`. `denied` names the missing permission, and the tenant roles and the roles on the instance
 * that grant it (see `Deny`).
 * `unavailable`: no decision could be made; with a `problem` it is the question's own fault, without one ask again.
 */
export type GateAnswer<Permission extends string = string, Role extends string = string> =
  | { readonly state: 'allowed' }
  | {
      readonly state: 'denied';
      readonly permission: Permission;
      readonly reason: DenyReason;
      readonly grantedBy: readonly Role[];
      readonly grantedByInstanceRoles: readonly string[];
    }
  | { readonly state: 'unavailable'; readonly problem?: GateProblem | undefined };

/** Questions with their answers, as data: what a server has rendered with, for `initialAnswers` in the browser. */
export type GateAnswers<
  Permission extends string = string,
  Role extends string = string,
> = readonly (readonly [GateQuestion<Permission>, GateAnswer<Permission, Role>])[];

/** In place of the path of a question that the server cannot read. No procedure has it. */
export const unreadablePath = '';

/**
 * Questions in one call at most, for browsers and servers alike. One question is mostly one check, and as many checks are
 * one call to the PDP.
 */
export const maxGateQuestions = 200;
