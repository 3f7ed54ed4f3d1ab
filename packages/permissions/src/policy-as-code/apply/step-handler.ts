import type { StepKind, StepValues } from '../plan/policy-step.ts';
import type { ThrottledCaller } from './throttled-caller.ts';

/** Creates, changes and removes one kind of object in Permit. */
export interface StepHandler<Value> {
  readonly create: (caller: ThrottledCaller, after: Value) => Promise<unknown>;
  /** Absent when Permit cannot change this kind of object. */
  readonly update?: (caller: ThrottledCaller, after: Value, before: Value) => Promise<unknown>;
  /**
   * Moves the dependents of `before` to `after`, then removes `before`. Absent when this kind of object cannot be
   * renamed.
   */
  readonly move?: (caller: ThrottledCaller, before: Value, after: Value) => Promise<unknown>;
  /** Absent when Permit removes it together with another object. */
  readonly remove?: (caller: ThrottledCaller, before: Value) => Promise<unknown>;
}

/** One handler for each kind of step. */
export type StepHandlers<Kind extends StepKind> = { readonly [K in Kind]: StepHandler<StepValues[K]> };
