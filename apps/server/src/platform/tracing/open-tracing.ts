import {
  context,
  diag,
  metrics,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { RequestHandler } from 'express';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { oncePerMinute } from '../log/create-logger.ts';
import { within } from '../within.ts';
import type { TraceCall } from '../trpc/context.ts';

type Query = (...input: readonly unknown[]) => unknown;

const shownText = 1_000;

/**
 * Creates a span for each statement, if a span is active. The text contains no values, because they are parameters.
 * Statements with a callback are sent by the pool itself and already have a span.
 */
function traceStatements(pool: Pool, tracer: Tracer): void {
  const traced = (query: Query): Query => {
    return (...input) => {
      const isOwn = typeof input.at(-1) === 'function' || trace.getActiveSpan() === undefined;
      if (isOwn) return query(...input);
      const text = textOf(input[0]);
      const name = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
      const attributes = { 'db.system.name': 'postgresql', 'db.query.text': text.slice(0, shownText) };
      return tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, async (span) => {
        try {
          return await query(...input);
        } catch (error) {
          const { code } = Object(error);
          span.setStatus({ code: SpanStatusCode.ERROR, message: String(code ?? 'failed') });
          throw error;
        } finally {
          span.end();
        }
      });
    };
  };
  const replace = (target: { query: unknown }, query: Query): void => {
    target.query = traced(query);
  };
  replace(pool, (...input) => Reflect.apply(Object.getPrototypeOf(pool).query, pool, input));
  pool.on('connect', (client) =>
    replace(client, (...input) => Reflect.apply(Object.getPrototypeOf(client).query, client, input)),
  );
}

function textOf(query: unknown): string {
  const text: unknown = typeof query === 'string' ? query : Object(query).text;
  return typeof text === 'string' ? text : '';
}

export interface TracingOptions {
  readonly endpoint: string;
  readonly serviceName: string;
  /** The sampling ratio of traces without a sampling decision from the caller, 0 to 1. */
  readonly ratio: number;
  readonly log: Logger;
}

/** Milliseconds that `close` waits for the last spans and metrics. */
const closeDeadline = 2_000;

/**
 * Spans of the server, and spans and metrics of the toolkit, sent in the background; those that cannot be sent are
 * dropped. The exporters read headers for the receiver from `OTEL_EXPORTER_OTLP_HEADERS`.
 */
export function openTracing({ endpoint, serviceName, ratio, log }: TracingOptions): Tracing {
  const resource = resourceFromAttributes({ 'service.name': serviceName });
  const sampled = new TraceIdRatioBasedSampler(ratio);
  const spans = new TracerProvider({
    resource,
    // Ignores the caller's sampling flag, because anyone can send a `traceparent`.
    sampler: new ParentBasedSampler({
      root: sampled,
      remoteParentSampled: sampled,
      remoteParentNotSampled: sampled,
    }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }) }),
    ],
  });
  const meters = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${endpoint}/v1/metrics` }),
      }),
    ],
  });
  warnOfFailures(log);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(spans);
  metrics.setGlobalMeterProvider(meters);
  const tracer = spans.getTracer('latchkey-server');

  const requests: RequestHandler = (request, response, next) => {
    const { method, path, headers } = request;
    if (path === '/healthz' || path === '/readyz') return next();
    const parent = propagation.extract(context.active(), headers);
    // Omits the rest of the path, which may contain the id of a report or a user.
    const route = path.split('/', 3).join('/');
    const name = route.startsWith('/api/') ? `${method} ${route}` : method;
    const attributes = {
      'http.request.method': method,
      'latchkey.request_id': response.get('x-request-id') ?? '',
    };
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    response.once('close', () => {
      span.setAttribute('http.response.status_code', response.statusCode);
      if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    return context.with(trace.setSpan(parent, span), next);
  };

  return {
    requests,
    call: (path, run, codeOf) =>
      tracer.startActiveSpan(path, async (span) => {
        try {
          const result = await run();
          const code = codeOf(result);
          if (code !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: code });
          return result;
        } finally {
          span.end();
        }
      }),
    statements: (pool) => traceStatements(pool, tracer),
    async close() {
      const sent = Promise.allSettled([spans.shutdown(), meters.shutdown()]);
      await within(closeDeadline, sent, () => {});
      for (const api of [trace, metrics, context, propagation, diag]) api.disable();
    },
  };
}

function ignore(): void {}

/** Logs failed exports at most once a minute, because exports to an unavailable receiver fail every few seconds. */
function warnOfFailures(log: Logger): void {
  const error = oncePerMinute(() =>
    log.warn({ code: 'TELEMETRY_NOT_SENT' }, 'OTEL_EXPORTER_OTLP_ENDPOINT does not accept spans and metrics'),
  );
  diag.setLogger({ error, warn: ignore, info: ignore, debug: ignore, verbose: ignore });
}

/** Attributes are names, codes and the id of the request, never values. */
export interface Tracing {
  /** Creates a span for each request, as part of the trace in its `traceparent`; probes are excluded. */
  readonly requests: RequestHandler;
  readonly call: TraceCall;
  /** Creates a span for each statement that belongs to a request. */
  readonly statements: (pool: Pool) => void;
  /** Sends pending spans and metrics; waits for at most two seconds. */
  close(): Promise<void>;
}
