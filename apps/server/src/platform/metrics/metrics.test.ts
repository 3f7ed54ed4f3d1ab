import { globSync, readFileSync } from 'node:fs';
import { eq } from 'drizzle-orm';
import { Client } from 'pg';
import { afterEach, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { auditEvents } from '../../features/audit/tables.ts';
import { grantRow, requestRow, reviewRow } from '../../testing/rows.ts';
import { accessGrants, accessRequests } from '../../features/requests/tables.ts';
import { reviews } from '../../features/reviews/tables.ts';
import { syncRuns, webhookDeliveries } from '../../features/sync/tables.ts';
import { startFaultProxy } from '../../testing/fault-proxy.ts';
import { freshDatabase } from '../../testing/fresh-database.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { createMetrics } from './prometheus.ts';
import { waitFor } from '../../testing/wait-for.ts';

const lines: string[] = [];
const url = await freshDatabase();
const proxy = await startFaultProxy(url);
const server = await startTestServer({
  databaseUrl: proxy.through(url),
  metrics: createMetrics(),
  // Without access to Logto there are no sweeps.
  sweepMinutes: 60,
  deadlines: { database: 5_000 },
  onLog: (line) => lines.push(line),
});
afterEach(() => {
  vi.useRealTimers();
});

/** A day in milliseconds, which is longer than any result is cached. */
const day = 86_400_000;

/** The samples of a scrape by their name and labels, in the order of the text. */
async function scrape(): Promise<Map<string, number>> {
  const lines = (await server.scrape()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

test('counts decisions, checks, PDP calls, procedures and requests, without personal data', async () => {
  const ann = await server.as('annsecretid', 'orgsecretid');
  await ann.session.me.query();
  await expect(ann.members.list.query({})).rejects.toMatchObject({ data: { httpStatus: 403 } });
  await expect(ann.members.list.query({})).rejects.toThrow();
  server.permit.faults.add({ path: '/allowed', drop: true });
  await expect(ann.audit.list.query({})).rejects.toMatchObject({ data: { httpStatus: 503 } });
  server.permit.faults.clear();
  await fetch(`${server.url}/nowhere/annsecretid`);
  await fetch(`${server.url}/api/reviews/annsecretid/evidence`);
  await fetch(`${server.url}/healthz`);

  const samples = await scrape();
  const decided = 'latchkey_decisions_total{permission=';
  expect(samples.get(`${decided}"members:view",outcome="deny",source="pdp"}`)).toBe(1);
  expect(samples.get(`${decided}"members:view",outcome="deny",source="cache"}`)).toBe(1);
  expect(samples.get(`${decided}"audit:view",outcome="unavailable"}`)).toBe(1);
  expect(samples.get('latchkey_decision_duration_seconds_count{outcome="deny"}')).toBe(2);
  expect(samples.get('latchkey_checks_total{outcome="deny",source="cache"}')).toBeGreaterThan(0);
  expect(
    samples.get('latchkey_pdp_call_duration_seconds_count{operation="allowed",outcome="answered"}'),
  ).toBeGreaterThan(0);
  expect(
    samples.get('latchkey_pdp_call_duration_seconds_count{operation="allowed",outcome="connection"}'),
  ).toBeGreaterThan(0);
  expect(samples.get('latchkey_pdp_breaker_open')).toBe(0);
  expect(samples.get('latchkey_procedure_calls_total{procedure="members.list",code="FORBIDDEN"}')).toBe(2);
  expect(samples.get('latchkey_procedure_calls_total{procedure="session.me",code="ok"}')).toBe(1);
  expect(samples.get('latchkey_http_requests_total{route="/api/trpc",status="403"}')).toBe(2);
  expect(samples.get('latchkey_http_requests_total{route="web",status="404"}')).toBe(1);
  expect(samples.get('latchkey_http_requests_total{route="/api/reviews",status="401"}')).toBe(1);
  // The probes of this test are not counted as requests.
  expect(samples.has('latchkey_http_requests_total{route="web",status="200"}')).toBe(false);
  expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  const text = await server.scrape();
  expect(text).not.toMatch(/secretid|healthz|nowhere/);
});

const root = new URL('../../../../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

const Rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Latchkey[A-Z]/),
          expr: z.string(),
          for: z.string().optional(),
          labels: z.strictObject({ severity: z.enum(['page', 'ticket', 'info']) }),
          annotations: z.strictObject({
            summary: z.string().min(10),
            description: z.string().min(10),
            action: z.string().min(10),
            runbook: z.string(),
          }),
        }),
      ),
    }),
  ),
});
const alerts = Rules.parse(parse(read('deploy/prometheus/alerts.yaml'))).groups.flatMap(({ rules }) => rules);

/** The metric names in a PromQL expression, without the suffixes of histograms. */
function namesIn(expression: string): string[] {
  const names = expression.match(/\b(latchkey|process|nodejs)_\w+/g) ?? [];
  return names.map((name) => name.replace(/(_seconds|_bytes)_(bucket|count|sum)$/, '$1'));
}

test('the dashboard and the alerts use existing metrics, and every one of ours', async () => {
  await server.db
    .insert(syncRuns)
    .values({ id: crypto.randomUUID(), reason: 'sweep', status: 'done', finishedAt: new Date() });
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.advanceTimersByTime(day / 2);
  const text = await waitFor(async () => {
    const scraped = await server.scrape();
    expect(scraped).toContain('latchkey_policy_differences');
    return scraped;
  });
  await server.db.delete(syncRuns);
  const exported = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name));
  const dashboard = [...read('deploy/grafana/latchkey.json').matchAll(/"expr": "(.*)"/g)].map(
    ([, found = '']) => found,
  );
  expect(dashboard.length).toBeGreaterThan(20);
  const used = new Set([...dashboard, ...alerts.map(({ expr }) => expr)].flatMap(namesIn));
  expect([...used].filter((name) => !exported.has(name))).toEqual([]);
  const ours = [...exported].filter((name) => name.startsWith('latchkey_'));
  expect(ours.length).toBeGreaterThan(20);
  expect(ours.filter((name) => !used.has(name))).toEqual([]);
});

test('queue sizes are read from the database at the scrape and cached for five seconds, and an untrustworthy PDP is reported', async () => {
  const hour = 3_600_000;
  const received = { event: 'PostRegister', body: '{}', receivedAt: new Date(Date.now() - hour) };
  await server.db.insert(webhookDeliveries).values([
    { id: 'a', status: 'pending', subjects: ['user:a'], ...received },
    { id: 'b', status: 'failed', ...received },
    { id: 'c', status: 'failed', ...received },
  ]);
  const [before, later] = [new Date(Date.now() - hour), new Date(Date.now() + hour)];
  const createdAt = new Date(Date.now() - 2 * hour);
  await server.db.insert(accessRequests).values(requestRow({ tenant: 'acme', createdAt }));
  const grants = [
    { subject: 'a', status: 'ending', expiresAt: before },
    { subject: 'b', status: 'active', expiresAt: later },
    { subject: 'c', status: 'active' },
    { subject: 'e', status: 'active', expiresAt: later },
    { subject: 'd', status: 'pending' },
  ] as const;
  await server.db
    .insert(accessGrants)
    .values(grants.map((one) => grantRow({ tenant: 'acme', nextAttemptAt: later, ...one })));
  await server.db
    .insert(reviews)
    .values([before, later].map((dueAt) => reviewRow({ tenant: 'acme', dueAt, claimedUntil: later })));
  server.permit.faults.add({ path: '/allowed', status: 200, body: { allow: true } });
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.advanceTimersByTime(day);
  const samples = await scrape();
  expect(Object.fromEntries(samples)).toMatchObject({
    latchkey_database_up: 1,
    latchkey_jwks_up: 1,
    latchkey_pdp_up: 0,
    latchkey_pdp_wrong: 1,
    latchkey_inbox_deliveries: 1,
    latchkey_inbox_oldest_age_seconds: expect.closeTo(3_600, -3),
    latchkey_dead_letters: 2,
    latchkey_sync_sweep_interval_seconds: 0,
    latchkey_sync_paused: 0,
    latchkey_requests_open: 1,
    latchkey_requests_oldest_age_seconds: expect.closeTo(7_200, -3),
    latchkey_grants_pending: 1,
    latchkey_grants_overdue: 1,
    latchkey_grants_ending: 2,
    latchkey_notices_waiting: 0,
    latchkey_reviews_overdue: 1,
    'latchkey_queue_jobs{queue="directory-subjects",state="waiting"}': expect.any(Number),
  });
  // No run has ended yet, so there is no time of the last run.
  expect(samples.has('latchkey_sync_last_run_timestamp_seconds')).toBe(false);

  await server.db.delete(webhookDeliveries);
  vi.advanceTimersByTime(4_000);
  expect((await scrape()).get('latchkey_dead_letters')).toBe(2);
  vi.advanceTimersByTime(1_000);
  const texts = await Promise.all(Array.from({ length: 50 }, () => server.scrape()));
  expect(new Set(texts).size).toBe(1);
  expect(texts[0]).toContain('latchkey_dead_letters 0\n');
});

/** The number of differences in each state, as text: `state number`. */
async function differences(): Promise<string[]> {
  const samples = [...(await scrape())].filter(([name]) => name.startsWith('latchkey_policy_differences'));
  return samples.map(([name, value]) => `${/state="(.*)"/.exec(name)?.[1]} ${value}`);
}
const failures = () => lines.filter((line) => line.includes('the policy in Permit cannot be read'));
const minutes = (count: number) => vi.advanceTimersByTime(count * 60_000);

test('Permit is compared with the policy every ten minutes, and an outage leaves the differences unknown and is logged once', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'Date'] });
  // First, so that the following numbers are those of a comparison that has ended.
  server.permit.faults.add({ path: '/v2/schema/*', status: 500, count: 1_000 });
  const left = () => server.permit.faults.list()[0]?.remaining;
  minutes(1.5 * 1_440);
  await waitFor(async () => expect(await differences()).toEqual([]));
  await waitFor(() => expect(failures()).toHaveLength(1));
  const before = left();
  minutes(10);
  await waitFor(async () => {
    await scrape();
    expect(left()).toBeLessThan(before ?? 0);
  });
  server.permit.faults.clear();
  minutes(10);
  await waitFor(async () => expect(await differences()).toEqual(['missing 0', 'different 0', 'extra 0']));
  const { api } = permitSdk(server.permit);
  await api.roles.removePermissions('editor', ['reports:create']);
  await api.roles.create({ key: 'not-in-the-table', name: 'Extra', permissions: ['audit:view'] });
  minutes(9);
  expect(await differences()).toContain('different 0');
  minutes(1);
  await waitFor(async () => expect(await differences()).toEqual(['missing 0', 'different 1', 'extra 1']));
  server.permit.faults.add({ path: '/v2/schema/*', status: 500 });
  minutes(10);
  await waitFor(async () => expect(await differences()).toEqual([]));
  expect(failures()).toHaveLength(2);
});

test('an outage of PostgreSQL is logged once a minute, not at each attempt', async () => {
  const began = lines.length;
  const before = proxy.accepted();
  await proxy.set('reset');
  await waitFor(() => expect(proxy.accepted()).toBeGreaterThan(before + 60));
  await proxy.set('none');
  const logged = (message: string) => lines.slice(began).filter((line) => line.includes(message));
  expect(logged('directory sync lost the database')).toHaveLength(1);
  expect(logged('database connection failed')).toHaveLength(1);
  expect(logged('a grant waits').length).toBeLessThanOrEqual(1);
});

test.each(['refused', 'hanging'] as const)(
  'while PostgreSQL is %s a scrape has everything else, and no old value',
  async (fault) => {
    vi.useFakeTimers({ toFake: ['performance'] });
    await proxy.set(fault);
    vi.advanceTimersByTime(fault === 'refused' ? 2 * day : 3 * day);
    const samples = await scrape();
    await proxy.set('none');
    expect(samples.get('latchkey_database_up')).toBe(0);
    expect(samples.get('latchkey_pdp_up')).toBe(1);
    expect(samples.has('latchkey_dead_letters')).toBe(false);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(0);
    await waitFor(async () => expect((await scrape()).get('latchkey_database_up')).toBe(1));
  },
);

test('lost audit events are counted, and the audit log has a gap with their number', async () => {
  await proxy.set('refused');
  // 100 events more than fit into memory; this server does not buffer events in files.
  for (let index = 0; index < 40_100; index += 1)
    server.audit.record.changed({
      tenant: 'acme',
      action: 'audit.export',
      channel: 'console',
      actor: null,
    });
  await proxy.set('none');
  const detail = await waitFor(async () => {
    const [gap] = await server.db.select().from(auditEvents).where(eq(auditEvents.action, 'audit.gap'));
    if (gap === undefined) throw new Error('There is no gap yet.');
    return gap.detail;
  });
  const lost = (await scrape()).get('latchkey_audit_events_lost_total');
  expect(lost).toBeGreaterThanOrEqual(100);
  expect(detail).toEqual({ after: { count: lost } });
});

test('each alert has a section in the guide with symptom, cause and fix, and there are no other sections', () => {
  const [, part = ''] = read('docs/guide/monitoring.md').split('\n## Alerts\n');
  const sections = new Map(
    part
      .split('\n### ')
      .slice(1)
      .map((section) => [section.split('\n')[0] ?? '', section]),
  );
  expect([...sections.keys()].toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted());
  for (const { alert, annotations } of alerts) {
    expect(annotations.runbook).toBe(`docs/guide/monitoring.md#${alert.toLowerCase()}`);
    for (const title of ['Symptom', 'Cause', 'Fix'])
      expect(sections.get(alert)).toContain(`- **${title}**: `);
  }
});

test('every log line that an alert names exists', () => {
  const lines = alerts.flatMap(({ annotations: { action } }) =>
    action.includes(' in the log') ? [...action.matchAll(/"(.+?)"/g)].map(([, line = '']) => line) : [],
  );
  expect(lines.length).toBeGreaterThan(2);
  const cwd = new URL('apps/server/src/', root);
  const sources = globSync('**/*.ts', { cwd, exclude: ['**/*.test.ts'] });
  const text = sources.map((file) => readFileSync(new URL(file, cwd), 'utf8')).join('');
  expect(lines.filter((line) => !text.includes(`'${line}'`))).toEqual([]);
});

test('while PostgreSQL is read-only, /readyz is 200 with a warning, and a scrape reports it as down', async () => {
  const admin = new Client({ connectionString: url });
  await admin.connect();
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.advanceTimersByTime(4 * day);
  const change = async (how: 'reset' | 'set', value = '') => {
    await admin.query(
      `alter database ${new URL(url).pathname.slice(1)} ${how} default_transaction_read_only ${value}`,
    );
    // Only new connections have the setting.
    await proxy.set('reset');
    await proxy.set('none');
  };
  const isUp = async (): Promise<number | undefined> => {
    vi.advanceTimersByTime(day);
    return (await scrape()).get('latchkey_database_up');
  };
  await change('set', '= on');
  await waitFor(async () => {
    const response = await fetch(`${server.url}/readyz`);
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { warnings: { database: 'failing' } },
    ]);
  });
  expect(await isUp()).toBe(0);
  await change('reset');
  await admin.end();
  await waitFor(async () => expect(await isUp()).toBe(1));
});
