import type { DecisionSource } from '@latchkey/permissions';
import type { PdpCall } from '@latchkey/permissions/permit';
import type { GateDecision } from '@latchkey/permissions/trpc';

/** A procedure call that has ended. */
export interface EndedCall {
  /** `reports.publish` */
  readonly path: string;
  /** `ok`, or the code of its error. */
  readonly code: string;
  /** Milliseconds. */
  readonly duration: number;
}

/** An HTTP request that was answered, or given up by its client. */
export interface AnsweredRequest {
  /** The beginning of the path, one of a few. */
  readonly route: string;
  readonly status: number;
  /** Milliseconds; absent for a stream, which ends when its reader leaves. */
  readonly duration?: number;
}

/** Told of what the server does, for metrics. Nothing of it may throw, and nothing names a person. */
export interface Observer {
  readonly gateDecided: (decision: GateDecision) => void;
  /** A check of a gate, or of what a page asks for its buttons. */
  readonly checked: (outcome: 'allow' | 'deny', source: DecisionSource | undefined) => void;
  readonly pdpCalled: (call: PdpCall) => void;
  readonly callEnded: (call: EndedCall) => void;
  readonly requestAnswered: (request: AnsweredRequest) => void;
  readonly auditEventsLost: (count: number) => void;
}
