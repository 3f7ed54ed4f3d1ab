import type { FailureCode } from '../failure.ts';

/**
 * `sweep`: by the schedule; `manual`: requested by a user; `roles`: a role that many users hold was changed in Logto.
 */
export type RunReason = 'sweep' | 'manual' | 'roles';

/** `refused`: the mass-change guard stopped the run before it changed anything. */
export type RunStatus = 'queued' | 'running' | 'done' | 'failed' | 'refused';

/**
 * Why a run failed or was refused. A refusal has the number of users who would lose something, the allowed number, and
 * the total.
 */
export type RunProblem =
  | {
      readonly code: 'SYNC_MASS_CHANGE';
      readonly affected: number;
      readonly allowed: number;
      readonly total: number;
      /** For developers, in English. */
      readonly message: string;
    }
  | { readonly code: FailureCode; readonly status?: number; readonly message: string };

/** The findings and changes of a run. */
export interface RunReport {
  readonly users: number;
  readonly tenants: number;
  /** The number of operations of each kind; together they are the drift. */
  readonly changes: Readonly<Record<string, number>>;
  /** The first operations as text, removals first. */
  readonly sample: readonly string[];
  readonly failed: number;
  /** The number of failed deliveries found in Logto's log. */
  readonly recovered: number;
  /** Attributes removed from all users, because Logto lets users edit the mapped field. Absent in earlier reports. */
  readonly untrusted?: readonly string[];
}
