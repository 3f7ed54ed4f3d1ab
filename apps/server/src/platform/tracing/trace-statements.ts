import { SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import type { Pool } from 'pg';

type Query = (...input: readonly unknown[]) => unknown;

/** Characters of a statement: enough to recognize it. */
const shownText = 1_000;

/**
 * Creates a span for each statement of the pool and of its clients, if a span is active. The text contains no values,
 * which are parameters. Statements with a callback are sent by the pool itself and already have a span.
 */
export function traceStatements(pool: Pool, tracer: Tracer): void {
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
