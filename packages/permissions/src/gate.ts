import type { DenyReason } from './decision.ts';

/** May I call this procedure with this input? Input is only what the gate needs, not all that the procedure takes. */
export interface GateQuestion {
  /** The procedure's path in the router, `reports.publish`. */
  readonly path: string;
  readonly input?: unknown;
}

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
