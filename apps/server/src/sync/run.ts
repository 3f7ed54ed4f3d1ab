import type { FailureCode } from './failure.ts';

/** `sweep`: by the clock; `manual`: somebody asked; `roles`: a role that many hold was changed in Logto. */
export type RunReason = 'sweep' | 'manual' | 'roles';

/** `refused`: the guard against mass changes stopped it before it did anything. */
export type RunStatus = 'queued' | 'running' | 'done' | 'failed' | 'refused';

/** Why a run was refused, with how many would lose something, may, and are there in all; or why it failed. */
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
  /** Operations by kind; all of them together are the drift. */
  readonly changes: Readonly<Record<string, number>>;
  /** The first of them as text, those that take something away before the others. */
  readonly sample: readonly string[];
  readonly failed: number;
  /** Deliveries that Logto could not make, found in its log. */
  readonly recovered: number;
}
