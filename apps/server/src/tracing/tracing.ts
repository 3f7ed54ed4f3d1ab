import type { RequestHandler } from 'express';
import type { Pool } from 'pg';
import type { TraceCall } from '../trpc/context.ts';

/** Spans of what the server does for a request. Their attributes are names, codes and the id of the request, never values. */
export interface Tracing {
  /** A span for each request, as a part of the trace that its `traceparent` names; probes are left out. */
  readonly requests: RequestHandler;
  /** A span for a procedure call. */
  readonly call: TraceCall;
  /** Makes a span of each statement that belongs to a request. */
  readonly statements: (pool: Pool) => void;
  /** Sends what waits, within two seconds. */
  close(): Promise<void>;
}
