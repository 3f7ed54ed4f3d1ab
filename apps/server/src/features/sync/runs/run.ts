import type { FailureCode } from '../failure.ts';

/** `sweep`: by the schedule; `manual`: a person asked; `roles`: a role that many users hold was changed in Logto. */
export type RunReason = 'sweep' | 'manual' | 'roles';

/** `refused`: the mass-change guard stopped the run before it changed anything. */
export type RunStatus = 'queued' | 'running' | 'done' | 'failed' | 'refused';

/**
 * Why a run failed or was refused. A refusal has numbers: how many users would lose something, how many may, and how many
 * there are.
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

/** What a run found and did. */
export interface RunReport {
  readonly users: number;
  readonly tenants: number;
  /** The number of operations of each kind; together they are the drift. */
  readonly changes: Readonly<Record<string, number>>;
  /** The first operations as text; removals come first. */
  readonly sample: readonly string[];
  readonly failed: number;
  /** How many deliveries, which Logto could not make, were found in its log. */
  readonly recovered: number;
  /** Attributes that were removed from all users, because Logto lets users edit the field that they come from. Absent in earlier reports. */
  readonly untrusted?: readonly string[];
}
