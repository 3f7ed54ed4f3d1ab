import { createRequire } from 'node:module';
import type * as OpenTelemetry from '@opentelemetry/api';
import { AuthorizationUnavailableError } from '../errors.ts';

const name = '@latchkey/permissions';

/** Where a decision came from. `joined`: an identical question was already in flight. `stale`: an expired cache entry. */
export type DecisionSource = 'pdp' | 'cache' | 'joined' | 'stale';

/** Spans and metrics through OpenTelemetry's API. Without the API or a registered SDK they do nothing. */
export interface Telemetry {
  /** Wraps one call to the PDP in a span and records its duration. */
  call<Answer>(operation: string, checks: number, run: () => Promise<Answer>): Promise<Answer>;
  /** Counts one decision. */
  decided(permission: string, outcome: 'allow' | 'deny', source: DecisionSource): void;
}

export function createTelemetry(): Telemetry {
  const api = loadOpenTelemetry();
  return api === undefined ? noTelemetry : telemetryOf(api);
}

const noTelemetry: Telemetry = { call: (_operation, _checks, run) => run(), decided: () => {} };

/** The API is an optional peer: an application without telemetry need not install it. A static import would require it. */
function loadOpenTelemetry(): typeof OpenTelemetry | undefined {
  const require: (name: string) => typeof OpenTelemetry = createRequire(import.meta.url);
  try {
    return require('@opentelemetry/api');
  } catch {
    return undefined;
  }
}

function telemetryOf({ metrics, SpanKind, SpanStatusCode, trace }: typeof OpenTelemetry): Telemetry {
  const tracer = trace.getTracer(name);
  const meter = metrics.getMeter(name);
  const decisions = meter.createCounter('latchkey.decisions', {
    description: 'Decisions by outcome and source.',
  });
  const duration = meter.createHistogram('latchkey.pdp.duration', {
    unit: 's',
    description: 'Calls to the PDP.',
  });

  return {
    call: (operation, checks, run) =>
      tracer.startActiveSpan(
        `permit ${operation}`,
        { kind: SpanKind.CLIENT, attributes: { 'latchkey.checks': checks } },
        async (span) => {
          const start = performance.now();
          let outcome = 'answered';
          try {
            return await run();
          } catch (error) {
            outcome = error instanceof AuthorizationUnavailableError ? error.outage : 'error';
            span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
            throw error;
          } finally {
            duration.record((performance.now() - start) / 1000, { operation, outcome });
            span.end();
          }
        },
      ),
    decided: (permission, outcome, source) => decisions.add(1, { permission, outcome, source }),
  };
}
