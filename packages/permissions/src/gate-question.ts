import type { DenyReason } from './decision.ts';

/** May I call this procedure with this input? Input is only what the gate needs, not all that the procedure takes. */
export interface ProcedureQuestion {
  /** The procedure's path in the router, `reports.publish`. */
  readonly path: string;
  readonly input?: unknown;
}

/** May I do this, on this instance? For what no procedure stands for. The server adds what only it can know. */
export interface PermissionQuestion<Permission extends string = string> {
  readonly permission: Permission;
  /** The key of the instance. */
  readonly instance?: string | undefined;
}

export type GateQuestion<Permission extends string = string> =
  ProcedureQuestion | PermissionQuestion<Permission>;

/** `denied` names what is missing and who has it; `unavailable` means that nobody could decide: ask again. */
export type GateAnswer<Permission extends string = string, Role extends string = string> =
  | { readonly state: 'allowed' }
  | {
      readonly state: 'denied';
      readonly permission: Permission;
      readonly reason: DenyReason;
      readonly grantedBy: readonly Role[];
    }
  | { readonly state: 'unavailable' };
