import type { RequestHandler } from 'express';
import type { AnsweredRequest } from '../metrics/observer.ts';

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
