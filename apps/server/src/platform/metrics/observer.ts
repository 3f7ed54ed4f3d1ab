import type { DecisionSource } from '@latchkey/permissions';
import type { PdpCall } from '@latchkey/permissions/permit';
import type { GateDecision } from '@latchkey/permissions/trpc';
import type { RequestHandler } from 'express';

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
interface AnsweredRequest {
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

/** The path prefixes that metrics distinguish; all others are `web`. */
const routes = [
  '/api/trpc',
  '/api/webhooks/logto',
  '/api/audit/export',
  '/api/reports',
  '/api/config',
  '/access/v1',
];

/** Reports each request when it has ended, except probes. */
export function observeRequests(onAnswered: (request: AnsweredRequest) => void): RequestHandler {
  return (request, response, next) => {
    const { path } = request;
    if (path !== '/healthz' && path !== '/readyz') {
      const startedAt = performance.now();
      response.once('close', () => {
        const route = routes.find((start) => path === start || path.startsWith(`${start}/`)) ?? 'web';
        const isStream = response.get('content-type')?.startsWith('text/event-stream') === true;
        // The client disconnected before the response; nginx uses this status too, and no response has it.
        const status = response.headersSent ? response.statusCode : 499;
        onAnswered({ route, status, ...(!isStream && { duration: performance.now() - startedAt }) });
      });
    }
    next();
  };
}
