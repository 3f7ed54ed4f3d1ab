import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { metrics, propagation, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod/v4';
import { AuthorizationUnavailableError } from '../core/errors.ts';
import { listen } from '../testing/fixtures/listen.ts';
import { createPermitClient } from './client/permit-client.ts';
import { createTelemetry } from './telemetry.ts';

const spans = new InMemorySpanExporter();
const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const meters = new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
});

beforeAll(() => {
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
  );
  metrics.setGlobalMeterProvider(meters);
});
afterAll(async () => {
  trace.disable();
  metrics.disable();
  await meters.shutdown();
});

test("each call to Permit's API is a span without keys, and continues the trace", async () => {
  const traces: unknown[] = [];
  const api = await listen(({ url, headers }, response) => {
    traces.push(headers['traceparent']);
    if (url === '/v2/api-key/scope') response.end('{"project_id":"p","environment_id":"e"}');
    else response.writeHead(500).end();
  });
  propagation.setGlobalPropagator({
    inject: (context, carrier, setter) =>
      setter.set(carrier, 'traceparent', String(trace.getSpan(context)?.spanContext().traceId.length)),
    extract: (context) => context,
    fields: () => [],
  });
  const client = createPermitClient({ apiUrl: api.url, apiKey: 'key' });
  await expect(client.find('/facts/users/ann', z.unknown())).rejects.toMatchObject({ permitStatus: 500 });
  propagation.disable();
  api.close();
  expect(spans.getFinishedSpans().map(({ name, status }) => [name, status.message])).toEqual([
    ['permit GET api-key/scope', undefined],
    ['permit GET facts/users', 'error'],
  ]);
  expect(traces).toHaveLength(2);
  spans.reset();
});

test('with a registered OpenTelemetry SDK, each PDP call is a span and each decision is counted', async () => {
  const telemetry = createTelemetry();
  await telemetry.call('allowed', 3, () => Promise.resolve('answer'));
  const outage = new AuthorizationUnavailableError('timeout', { detail: 'test' });
  await expect(telemetry.call('allowed', 1, () => Promise.reject(outage))).rejects.toBe(outage);
  telemetry.decided('reports:view', 'allow', 'cache');
  telemetry.decided('reports:view', 'allow', 'cache');
  telemetry.decided('reports:publish', 'deny', 'pdp');

  expect(
    spans
      .getFinishedSpans()
      .map(({ name, attributes, status }) => [name, attributes['latchkey.checks'], status.message]),
  ).toEqual([
    ['permit allowed', 3, undefined],
    ['permit allowed', 1, 'timeout'],
  ]);
  await meters.forceFlush();
  const points = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) =>
      scopeMetrics.flatMap((scope) =>
        scope.metrics.flatMap((metric) =>
          metric.dataPoints.map((point) => ({ name: metric.descriptor.name, ...point })),
        ),
      ),
    );
  expect(points).toMatchObject([
    {
      name: 'latchkey.decisions',
      value: 2,
      attributes: { permission: 'reports:view', outcome: 'allow', source: 'cache' },
    },
    {
      name: 'latchkey.decisions',
      value: 1,
      attributes: { permission: 'reports:publish', outcome: 'deny', source: 'pdp' },
    },
    { name: 'latchkey.pdp.duration', attributes: { operation: 'allowed', outcome: 'answered' } },
    { name: 'latchkey.pdp.duration', attributes: { operation: 'allowed', outcome: 'timeout' } },
  ]);
});

const runFile = promisify(execFile);

async function processWith(copy: string, registration: 'registered' | 'unregistered') {
  const script = join(import.meta.dirname, 'fixtures/open-telemetry-process.ts');
  const { stdout, stderr } = await runFile(process.execPath, [script, copy, registration], {
    env: { NODE_DEBUG: 'latchkey' },
  });
  const result: unknown = JSON.parse(stdout);
  return { result, logged: stderr.split('\n').filter((line) => line.startsWith('LATCHKEY')) };
}

test.each(['@opentelemetry/api', 'opentelemetry-api-1.3'])(
  'with %s and an SDK that is registered later, exports spans and metrics, without a debug line',
  async (copy) => {
    const counted = { permission: 'reports:view', outcome: 'allow', source: 'pdp' };
    expect(await processWith(copy, 'registered')).toEqual({
      result: {
        outcomes: ['allow', 'allow'],
        spans: ['permit allowed', 'permit allowed'],
        counted: [counted, counted],
      },
      logged: [],
    });
  },
);

test.each([
  ['@opentelemetry/api', 'no tracer provider is registered'],
  ['opentelemetry-api-1.3', 'no tracer provider is registered'],
  ['none', '@opentelemetry/api is not installed'],
])(
  'with %s and no SDK, decisions work and one debug line reports that nothing is exported',
  async (copy, why) => {
    expect(await processWith(copy, 'unregistered')).toEqual({
      result: { outcomes: ['allow', 'allow'], spans: [], counted: [] },
      logged: [expect.stringContaining(why)],
    });
  },
);
