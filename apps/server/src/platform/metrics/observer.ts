import type { DecisionSource } from '@latchkey/permissions';
import type { PdpCall } from '@latchkey/permissions/permit';
import type { GateDecision } from '@latchkey/permissions/trpc';
import type { RequestHandler } from 'express';

export interface EndedCall {
  /** The path of the procedure, such as `reports.publish`. */
  readonly path: string;
  /** `ok`, or the code of its error. */
  readonly code: string;
  /** Milliseconds. */
  readonly duration: number;
}

interface AnsweredRequest {
  /** The prefix of the path: one of `routes`, or `web`. */
  readonly route: string;
  readonly status: number;
  /** Milliseconds; absent for a stream, which ends when its reader disconnects. */
  readonly duration?: number;
}

/** Callbacks for metrics. They must not throw, and their arguments contain no personal data. */
export interface Observer {
  readonly gateDecided: (decision: GateDecision) => void;
  /** Called after each check of a permission, by a gate or for a page's button. */
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
  '/api/reviews',
  '/api/config',
  '/access/v1',
];

/** Reports each request, except probes, when it has ended. */
export function observeRequests(onAnswered: (request: AnsweredRequest) => void): RequestHandler {
  return (request, response, next) => {
    const { path } = request;
    if (path !== '/healthz' && path !== '/readyz') {
      const startedAt = performance.now();
      response.once('close', () => {
        const route = routes.find((start) => path === start || path.startsWith(`${start}/`)) ?? 'web';
        const isStream = response.get('content-type')?.startsWith('text/event-stream') === true;
        // 499 means that the client disconnected before the response, as in nginx. No response has this status.
        const status = response.headersSent ? response.statusCode : 499;
        onAnswered({ route, status, ...(!isStream && { duration: performance.now() - startedAt }) });
      });
    }
    next();
  };
}
