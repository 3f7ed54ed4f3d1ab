import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { applyPolicy } from '@latchkey/permissions/policy';
import { start as startPermit } from '@latchkey/permit-emulator';
import { policy } from '@latchkey/policy';
import { freePort, startServerProcess } from '@latchkey/server-process';
import { expect, test } from 'vitest';
import { buildServer } from './testing/build-server.ts';
import { serve } from './testing/serve.ts';
import { emptyDatabase } from './testing/fresh-database.ts';
import { startTestIssuer, testAudience } from './testing/test-issuer.ts';

let spans: Set<string>;
const collector = await serve((request, response) => {
  void text(request).then((body) => {
    for (const [, name = ''] of body.matchAll(/"name":"([^"]+)"/g)) spans.add(name);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
});
const [issuer, program] = await Promise.all([startTestIssuer(), buildServer('test-results/built')]);

async function observe(program: string | undefined): Promise<Record<string, unknown>> {
  spans = new Set();
  const permit = await startPermit({ port: 0, pdpPort: 0, opaPort: 'off' });
  await applyPolicy(policy, { apiUrl: permit.url, apiKey: permit.keys.environment });
  const metricsPort = await freePort();
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-built-'));
  const server = await startServerProcess(
    {
      DATABASE_URL: await emptyDatabase(),
      DATA_DIR: dataDir,
      LOGTO_ENDPOINT: new URL(issuer.issuer).origin,
      LOGTO_APP_ID: 'spa',
      LOGTO_API_RESOURCE: testAudience,
      LOGTO_WEBHOOK_SIGNING_KEYS: 'signing-key-of-a-test',
      PERMIT_API_URL: permit.url,
      PERMIT_PDP_URL: permit.pdpUrl,
      PERMIT_API_KEY: permit.keys.environment,
      METRICS_PORT: String(metricsPort),
      METRICS_HOST: '127.0.0.1',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    },
    program,
  );
  const authorization = `Bearer ${await issuer.sign({ sub: 'annsecretid' })}`;
  const seen: Record<string, unknown> = {};
  const ask = async (path: string, init?: RequestInit): Promise<void> => {
    const response = await fetch(server.url + path, init);
    const answer = (await response.text()).replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, '<id>');
    seen[path] = { status: response.status, answer };
  };
  await ask('/healthz');
  await ask('/readyz');
  await ask('/api/config');
  await ask('/nothing');
  await ask('/api/webhooks/logto', { method: 'POST', body: '{}' });
  await ask('/api/trpc/reports.list?input=%7B%7D');
  await ask('/api/trpc/reports.list?input=%7B%7D&signed-in', { headers: { authorization } });
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  seen['metrics'] = [...metrics.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name).toSorted();
  seen['exit'] = await server.stop();
  // Only these spans are compared, because the spans of jobs may start too late.
  seen['traced'] = ['GET /api/trpc', 'reports.list', 'permit allowed', 'latchkey.decisions'].filter((name) =>
    spans.has(name),
  );
  await permit.close();
  await rm(dataDir, { recursive: true, force: true });
  return seen;
}

test('the built server has the same responses, metrics and traces as its sources', async () => {
  const [sources, built] = [await observe(undefined), await observe(program)];
  expect(built).toEqual(sources);
  expect(sources).toMatchObject({ '/readyz': { status: 200 }, exit: 0 });
  expect(sources['metrics']).toContain('latchkey_decisions_total');
  expect(sources['traced']).toHaveLength(4);
});
