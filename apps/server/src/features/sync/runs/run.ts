import type { FailureCode } from '../failure.ts';

/**
 * `sweep`: by the schedule, or to catch up after a gap. `manual`: a user requested it. `roles`: a role with many
 * holders was changed in Logto.
 */
export type RunReason = 'sweep' | 'manual' | 'roles';

/** The status of a run. `refused`: the mass-change guard stopped the run before it changed anything. */
export type RunStatus = 'queued' | 'running' | 'done' | 'failed' | 'refused';

/** A refusal has the number of users who would lose something (`affected`), the allowed number, and the total. */
export type RunProblem =
  | {
      readonly code: 'SYNC_MASS_CHANGE';
      readonly affected: number;
      readonly allowed: number;
      readonly total: number;
      readonly message: string;
    }
  | { readonly code: FailureCode; readonly status?: number; readonly message: string };

export interface RunReport {
  readonly users: number;
  readonly tenants: number;
  /** The number of operations of each kind, which together are the drift. */
  readonly changes: Readonly<Record<string, number>>;
  /** The first operations, removals first, described as text. */
  readonly sample: readonly string[];
  readonly failed: number;
  /** The number of failed deliveries found in Logto's log. */
  readonly recovered: number;
  /** Attributes removed from all users, because users can edit the mapped field in Logto. Absent in earlier reports. */
  readonly untrusted?: readonly string[];
}
