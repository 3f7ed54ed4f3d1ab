import type { DecisionSource } from '@latchkey/permissions';
import type { PdpCall } from '@latchkey/permissions/permit';
import type { GateDecision } from '@latchkey/permissions/trpc';

/** A completed procedure call. */
export interface EndedCall {
  /** `reports.publish` */
  readonly path: string;
  /** `ok`, or the code of its error. */
  readonly code: string;
  /** Milliseconds. */
  readonly duration: number;
}

/** An HTTP request that was answered, or aborted by its client. */
export interface AnsweredRequest {
  /** The path prefix, one of a few. */
  readonly route: string;
  readonly status: number;
  /** Milliseconds; absent for a stream, which ends when its reader disconnects. */
  readonly duration?: number;
}

/** Callbacks for metrics. They must not throw, and their arguments contain no personal data. */
export interface Observer {
  readonly gateDecided: (decision: GateDecision) => void;
  /** A check of a gate, or for a page button. */
  readonly checked: (outcome: 'allow' | 'deny', source: DecisionSource | undefined) => void;
  readonly pdpCalled: (call: PdpCall) => void;
  readonly callEnded: (call: EndedCall) => void;
  readonly requestAnswered: (request: AnsweredRequest) => void;
  readonly auditEventsLost: (count: number) => void;
}
