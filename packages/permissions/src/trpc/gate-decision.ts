import type { Decision, DecisionSource } from '../decision.ts';
import { AuthorizationUnavailableError, PermissionDeniedError, type OutageCause } from '../errors.ts';
import { instanceOf } from '../permissions.ts';
import type { Gate, GateTarget } from './gate.ts';

/** What the gate of one call decided. */
export interface GateDecision {
  /** The path of the procedure: `reports.publish`. */
  readonly path: string;
  /** What the procedure is. */
  readonly type: 'query' | 'mutation' | 'subscription';
  /** The permission that decided: of `all(…)` the first one that was denied, of `any(…)` the first one that was allowed. */
  readonly permission: string;
  /** The key of the instance; absent when the check was about the resource as a whole. */
  readonly instance: string | undefined;
  /** `unavailable`: no decision could be made. */
  readonly outcome: 'allow' | 'deny' | 'unavailable';
  /** The decision; absent when it is `unavailable`. */
  readonly decision?: Decision | undefined;
  /** Why no decision could be made; absent otherwise. */
  readonly outage?: OutageCause | undefined;
  /** Absent when the decider does not tell. */
  readonly source?: DecisionSource | undefined;
  /** Milliseconds that the gate took, its loader included. */
  readonly duration: number;
}

/** A call on its way through its gate. */
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

/** `undefined` for an error that is no decision: an input that cannot be read, an instance that is gone. */
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
