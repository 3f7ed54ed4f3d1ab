import { createRequire } from 'node:module';
import { debuglog } from 'node:util';
import type * as OpenTelemetry from '@opentelemetry/api';
import type { DecisionSource } from '../core/decision.ts';
import { AuthorizationUnavailableError, type OutageCause } from '../core/errors.ts';

const name = '@latchkey/permissions';

/** No-ops without OpenTelemetry's API or a registered SDK; `NODE_DEBUG=latchkey` logs which is missing. */
export interface Telemetry {
  /** One call to Permit's API. */
  span<Answer>(name: string, run: () => Promise<Answer>): Promise<Answer>;
  /** One call to the PDP, whose duration is recorded. */
  call<Answer>(operation: string, checks: number, run: () => Promise<Answer>): Promise<Answer>;
  /** Propagate the trace to Permit. */
  readonly headers: () => Record<string, string>;
  readonly decided: (permission: string, outcome: 'allow' | 'deny', source: DecisionSource) => void;
}

/** A completed call to the PDP, including its retries. */
export interface PdpCall {
  /** The kind of call: `allowed`, `list`, `user-permissions`. */
  readonly operation: string;
  /** `answered`, or the cause of the outage; `error` for any other failure. */
  readonly outcome: 'answered' | OutageCause | 'error';
  /** The PDP's HTTP status, if the outcome is `status`. */
  readonly status?: number | undefined;
  /** Milliseconds. */
  readonly duration: number;
}

const debug = debuglog('latchkey');

/** @param onCall - Called after each call to the PDP, with the error if the call failed. */
export function createTelemetry(onCall?: (call: PdpCall, error: unknown) => void): Telemetry {
  const api = loadOpenTelemetry();
  if (api === undefined) debug('No spans and no metrics: @opentelemetry/api is not installed.');
  const telemetry = api === undefined ? noTelemetry : telemetryOf(api);
  if (onCall === undefined) return telemetry;
  return {
    ...telemetry,
    call: (operation, checks, run) => telemetry.call(operation, checks, () => timed(operation, run, onCall)),
  };
}

async function timed<Answer>(
  operation: string,
  run: () => Promise<Answer>,
  onEnd: (call: PdpCall, error: unknown) => void,
): Promise<Answer> {
  const start = performance.now();
  let failure: unknown;
  try {
    return await run();
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    const outcome = failure === undefined ? 'answered' : failureOf(failure);
    const status = failure instanceof AuthorizationUnavailableError ? failure.pdpStatus : undefined;
    onEnd({ operation, outcome, status, duration: performance.now() - start }, failure);
  }
}

function failureOf(error: unknown): OutageCause | 'error' {
  return error instanceof AuthorizationUnavailableError ? error.outage : 'error';
}

const noTelemetry: Telemetry = {
  span: (_name, run) => run(),
  call: (_operation, _checks, run) => run(),
  headers: () => ({}),
  decided: () => {},
};

/** Not imported statically, because it is an optional peer dependency. */
function loadOpenTelemetry(): typeof OpenTelemetry | undefined {
  const require: (name: string) => typeof OpenTelemetry = createRequire(import.meta.url);
  try {
    return require('@opentelemetry/api');
  } catch {
    return undefined;
  }
}

function telemetryOf(api: typeof OpenTelemetry): Telemetry {
  const { context, isSpanContextValid, propagation, SpanKind, SpanStatusCode, trace } = api;
  const tracer = trace.getTracer(name);
  const instruments = currentInstruments(api);
  let isFirstSpan = true;

  const inSpan = <Answer>(
    name: string,
    attributes: OpenTelemetry.Attributes,
    run: () => Promise<Answer>,
  ): Promise<Answer> =>
    tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, async (span) => {
      if (isFirstSpan && !isSpanContextValid(span.spanContext()))
        debug('Spans are not exported: no tracer provider is registered with this @opentelemetry/api.');
      isFirstSpan = false;
      try {
        return await run();
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: failureOf(error) });
        throw error;
      } finally {
        span.end();
      }
    });

  return {
    span: (name, run) => inSpan(name, {}, run),
    call: (operation, checks, run) =>
      inSpan(`permit ${operation}`, { 'latchkey.checks': checks }, () =>
        timed(operation, run, ({ outcome, duration }) =>
          instruments().duration.record(duration / 1000, { operation, outcome }),
        ),
      ),
    headers() {
      const headers: Record<string, string> = {};
      propagation.inject(context.active(), headers);
      return headers;
    },
    decided: (permission, outcome, source) => instruments().decisions.add(1, { permission, outcome, source }),
  };
}

interface Instruments {
  readonly decisions: OpenTelemetry.Counter;
  readonly duration: OpenTelemetry.Histogram;
}

/** The instruments of the current provider: a meter, unlike a tracer, does not find one that is registered later. */
function currentInstruments({ metrics }: typeof OpenTelemetry): () => Instruments {
  let provider = metrics.getMeterProvider();
  let instruments = instrumentsOf(provider);
  return () => {
    const registered = metrics.getMeterProvider();
    if (registered !== provider) {
      provider = registered;
      instruments = instrumentsOf(provider);
    }
    return instruments;
  };
}

function instrumentsOf(provider: OpenTelemetry.MeterProvider): Instruments {
  const meter = provider.getMeter(name);
  return {
    decisions: meter.createCounter('latchkey.decisions', {
      description: 'Decisions by outcome and source.',
    }),
    duration: meter.createHistogram('latchkey.pdp.duration', {
      unit: 's',
      description: 'Calls to the PDP.',
    }),
  };
}
