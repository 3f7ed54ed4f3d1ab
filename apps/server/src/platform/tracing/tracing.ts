import type { RequestHandler } from 'express';
import type { Pool } from 'pg';
import type { TraceCall } from '../trpc/context.ts';

/**
 * Spans of the server's work for a request. Their attributes are names, codes and the id of the request, never values.
 */
export interface Tracing {
  /** Creates a span for each request, as part of the trace in its `traceparent`; probes are excluded. */
  readonly requests: RequestHandler;
  /** A span for a procedure call. */
  readonly call: TraceCall;
  /** Creates a span for each statement that belongs to a request. */
  readonly statements: (pool: Pool) => void;
  /** Sends pending spans, within two seconds. */
  close(): Promise<void>;
}
