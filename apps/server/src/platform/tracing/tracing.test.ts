import type { IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createLogger } from '../log/create-logger.ts';
import { serve } from '../../testing/serve.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { openTracing } from './open-tracing.ts';

const Attribute = z.object({ key: z.string(), value: z.looseObject({ stringValue: z.string().optional() }) });
const Span = z.looseObject({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  attributes: z.array(Attribute).default([]),
  status: z.looseObject({ code: z.number().optional(), message: z.string().optional() }),
});
const Export = z.object({
  resourceSpans: z.array(z.looseObject({ scopeSpans: z.array(z.looseObject({ spans: z.array(Span) })) })),
});

const received: { path: string | undefined; body: string }[] = [];
const askedPdp: IncomingHttpHeaders[] = [];
const receiver = await serve((request, response) => {
  void text(request).then((body) => {
    received.push({ path: request.url, body });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
});
const pdp = await serve((request, response) => {
  askedPdp.push(request.headers);
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"allow":false}');
});
const tracing = openTracing({
  endpoint: receiver.url,
  serviceName: 'latchkey-test',
  ratio: 1,
  log: createLogger('silent'),
});
const server = await startTestServer({ tracing, addresses: { pdp: pdp.url } });

test('a request is a trace: the call, the PDP query and the statements, with the id shown to the user', async () => {
  await server.as('annsecretid');
  const [traceId, caller] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  const response = await fetch(`${server.url}/api/trpc/reports.list?input=${encodeURIComponent('{}')}`, {
    headers: {
      authorization: `Bearer ${await server.issuer.sign({ sub: 'annsecretid' })}`,
      // The caller's flag requests no sampling, but only the server decides whether to sample.
      traceparent: `00-${traceId}-${caller}-00`,
    },
  });
  expect(response.status).toBe(403);
  await fetch(`${server.url}/readyz`);
  await tracing.close();

  const spans = received
    .filter(({ path }) => path === '/v1/traces')
    .flatMap(({ body }) => Export.parse(JSON.parse(body)).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const only = (name: string): z.output<typeof Span> => {
    const found = spans.filter((span) => span.name === name && span.traceId === traceId);
    expect(found).toHaveLength(1);
    return found[0] ?? Span.parse({});
  };
  const request = only('GET /api/trpc');
  expect(request.parentSpanId).toBe(caller);
  expect(request.attributes).toContainEqual({
    key: 'latchkey.request_id',
    value: { stringValue: response.headers.get('x-request-id') },
  });
  const call = only('reports.list');
  expect(call).toMatchObject({ parentSpanId: request.spanId, status: { code: 2, message: 'FORBIDDEN' } });
  const question = only('permit allowed');
  expect(question.parentSpanId).toBe(call.spanId);
  expect(askedPdp.map(({ traceparent }) => traceparent)).toContain(`00-${traceId}-${question.spanId}-01`);
  const statements = spans.filter(({ name, traceId: of }) => name === 'SELECT' && of === traceId);
  expect(statements.length).toBeGreaterThan(0);
  expect(statements.every(({ parentSpanId }) => parentSpanId !== undefined)).toBe(true);

  // Only the call has a server span, because probes have none.
  expect(spans.filter(({ kind }) => kind === 2)).toHaveLength(1);
  const everything = received.map(({ body }) => body).join('');
  expect(everything).toContain('latchkey-test');
  expect(everything).not.toContain('secretid');
  expect(
    received
      .filter(({ path }) => path === '/v1/metrics')
      .map(({ body }) => body)
      .join(''),
  ).toContain('latchkey.decisions');
});
