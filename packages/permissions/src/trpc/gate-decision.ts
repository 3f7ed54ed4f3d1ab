import type { Decision, DecisionSource } from '../core/decision.ts';
import { AuthorizationUnavailableError, PermissionDeniedError, type OutageCause } from '../core/errors.ts';
import { instanceOf } from '../core/permissions.ts';
import type { Gate, GateTarget } from './gate.ts';

/** The decision of one call's gate. */
export interface GateDecision {
  /** The procedure's path: `reports.publish`. */
  readonly path: string;
  /** The procedure's type. */
  readonly type: 'query' | 'mutation' | 'subscription';
  /** The decisive permission: for `all(…)` the first one denied, for `any(…)` the first one allowed. */
  readonly permission: string;
  /** The instance key; absent when the check was about the resource as a whole. */
  readonly instance: string | undefined;
  /** `unavailable`: no decision could be made. */
  readonly outcome: 'allow' | 'deny' | 'unavailable';
  /** The decision; absent when it is `unavailable`. */
  readonly decision?: Decision | undefined;
  /** Why no decision could be made; absent otherwise. */
  readonly outage?: OutageCause | undefined;
  /** Absent when the decider does not report the source. */
  readonly source?: DecisionSource | undefined;
  /** Milliseconds that the gate took, including its loader. */
  readonly duration: number;
}

/** A call that is passing its gate. */
export interface GatePass extends Pick<GateDecision, 'path' | 'type'> {
  readonly gate: Gate;
  /** Milliseconds, monotonic. */
  readonly startedAt: number;
  target?: GateTarget | undefined;
  source?: DecisionSource | undefined;
}

export function allowedBy(
  { path, type, startedAt, target, source }: GatePass,
  decision: Decision,
): GateDecision {
  const duration = performance.now() - startedAt;
  const instance = instanceOf(target?.on);
  const { outcome, permission } = decision;
  return { path, type, permission, instance, outcome, decision, source, duration };
}

/** `undefined` for an error that is not a decision, such as an invalid input or a missing instance. */
export function refusedBy(
  { path, type, gate, startedAt, target, source }: GatePass,
  error: unknown,
): GateDecision | undefined {
  const duration = performance.now() - startedAt;
  if (error instanceof PermissionDeniedError) {
    const { decision, instance } = error;
    const { outcome, permission } = decision;
    return { path, type, permission, instance, outcome, decision, source, duration };
  }
  if (error instanceof AuthorizationUnavailableError) {
    const [permission] = gate.requirement.permissions;
    const instance = instanceOf(target?.on);
    return { path, type, permission, instance, outcome: 'unavailable', outage: error.outage, duration };
  }
  return undefined;
}
