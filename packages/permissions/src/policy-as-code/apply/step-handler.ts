import type { StepKind, StepValues } from '../plan/policy-step.ts';
import type { PermitClient } from '../../permit/client/permit-client.ts';

/** Creates, changes and removes one kind of object in Permit. */
export interface StepHandler<Value> {
  readonly create: (client: PermitClient, after: Value) => Promise<unknown>;
  /** Absent when Permit cannot change this kind of object. */
  readonly update?: (client: PermitClient, after: Value, before: Value) => Promise<unknown>;
  /**
   * Moves the dependents of `before` to `after`, then removes `before`. Absent when this kind of object cannot be
   * renamed.
   */
  readonly move?: (client: PermitClient, before: Value, after: Value) => Promise<unknown>;
  /** Absent when Permit removes it together with another object. */
  readonly remove?: (client: PermitClient, before: Value) => Promise<unknown>;
}

/** One handler for each kind of step. */
export type StepHandlers<Kind extends StepKind> = { readonly [K in Kind]: StepHandler<StepValues[K]> };
