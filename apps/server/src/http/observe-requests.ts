import type { RequestHandler } from 'express';
import type { AnsweredRequest } from '../observer.ts';

/** What the paths of requests begin with, as metrics name them; every other one is `web`. */
const routes = ['/api/trpc', '/api/webhooks/logto', '/api/audit/export', '/api/reports', '/api/config'];

/** Tells of each request when it has ended; probes are left out. */
export function observeRequests(onAnswered: (request: AnsweredRequest) => void): RequestHandler {
  return (request, response, next) => {
    const { path } = request;
    if (path !== '/healthz' && path !== '/readyz') {
      const startedAt = performance.now();
      response.once('close', () => {
        const route = routes.find((start) => path === start || path.startsWith(`${start}/`)) ?? 'web';
        const isStream = response.get('content-type')?.startsWith('text/event-stream') === true;
        // A client that left before the answer: nginx gives it this status, and no answer has it.
        const status = response.headersSent ? response.statusCode : 499;
        onAnswered({ route, status, ...(!isStream && { duration: performance.now() - startedAt }) });
      });
    }
    next();
  };
}
