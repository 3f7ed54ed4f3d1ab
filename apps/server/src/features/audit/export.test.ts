import { expect, test } from 'vitest';
import { eventAt } from '../../testing/event-at.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startTestServer } from '../../testing/test-server.ts';
import type { EventFilter } from './audit-inputs.ts';
import { createEventStore } from './event-store.ts';
import { waitFor } from '../../testing/wait-for.ts';

const day = (hour: string) => `2026-05-01T${hour}:00:00.000Z`;
const server = await startTestServer();
const sdk = permitSdk(server.permit);
await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
await server.join({ key: 'ada', role: 'admin' });
await server.join({ key: 'vera' });
await server.join({ key: 'olga', role: 'admin', tenant: 'acme' });
const many = Array.from({ length: 2_345 }, (_, index) =>
  eventAt(day('10'), { actor: 'many', instance: `report ${index}` }),
);
const store = createEventStore(server.db);
for (let start = 0; start < many.length; start += 1_000) await store.insert(many.slice(start, start + 1_000));
await store.insert([eventAt(day('12'), { tenant: 'acme', actor: 'many' })]);

const fetchExport = (query: Record<string, string>, sub = 'ada', tenant?: string): Promise<Response> =>
  server.get(`/api/audit/export?${new URLSearchParams(query)}`, sub, tenant);
const of = (filter: EventFilter, format = 'jsonl') => ({ format, filter: JSON.stringify(filter) });
async function exportsOf(actor: string, tenant?: string) {
  await server.audit.flush();
  const reader = await server.as(tenant === undefined ? 'ada' : 'olga', tenant);
  return (await reader.audit.list.query({ actions: ['audit.export'], actor })).events;
}

test("an export has every event of the filter once, newest first, of the caller's tenant only", async () => {
  const response = await fetchExport(of({ actor: 'many' }));
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'application/jsonl; charset=utf-8',
  ]);
  expect(response.headers.get('content-disposition')).toMatch(
    /^attachment; filename=audit-[\d-]{10}\.jsonl$/,
  );
  const events = (await response.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events).toHaveLength(2_345);
  expect(new Set(events.map(({ instance }) => instance)).size).toBe(2_345);
  expect(new Set(events.map(({ tenant }) => tenant))).toEqual(new Set(['default']));
  const ids: string[] = events.map(({ id }) => String(id));
  expect(ids).toEqual(ids.toSorted().toReversed());
  expect(await (await fetchExport(of({ actor: 'many' }), 'olga', 'acme')).text()).toContain(
    '"tenant":"acme"',
  );
  expect(await exportsOf('ada')).toMatchObject([
    { outcome: 'done', kind: 'change', detail: { after: { format: 'jsonl', filter: { actor: 'many' } } } },
  ]);
});

test('an export has names beside ids', async () => {
  const nora = { key: 'nora', firstName: 'Nora', lastName: 'North', role: 'admin' };
  const { reports } = (await server.join(nora)).client;
  const { id } = await reports.create.mutate({ title: 'Leavers', kind: 'access-review' });
  await server.audit.flush();
  const filter = of({ actor: 'nora', actions: ['report.create'] });
  expect(JSON.parse(await (await fetchExport(filter)).text())).toMatchObject({
    actor: 'nora',
    actorName: 'Nora North',
    subject: null,
    subjectName: null,
    instance: id,
    instanceTitle: 'Leavers',
  });
  const csv = await (await fetchExport({ ...filter, format: 'csv' })).text();
  expect(csv).toContain('"nora","Nora North",');
  expect(csv).toContain(`"${id}","Leavers",`);
});

test('no cell of a CSV file is a spreadsheet formula', async () => {
  const hostile = [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    ' =1',
    '\u200B=1',
    '＝1',
    '＋1',
    '－1',
    '＠A',
    'a "quoted", one\n=2',
  ];
  await createEventStore(server.db).insert(
    hostile.map((instance) => eventAt(day('13'), { actor: '=cmd()', instance })),
  );
  const response = await fetchExport(of({ from: day('13'), to: day('14') }, 'csv'));
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
  const [head, ...rows] = bytes.toString('utf8').slice(1).split('\r\n').slice(0, -1);
  expect(head).toBe(
    [
      'ID,Time,Organization ID,Kind,Action,Outcome,Actor ID,Actor,Actor type,Application ID,Application,Source,Affected user ID',
      'Affected user,Resource,Resource ID,Resource title,Reason,Detail,Duration (µs),Request ID',
    ]
      .flatMap((line) => line.split(','))
      .map((header) => `"${header}"`)
      .join(','),
  );
  expect(rows.every((row) => row.includes(`"'=cmd()"`))).toBe(true);
  for (const instance of hostile.slice(0, -1)) expect(rows.join('\r\n')).toContain(`,"'${instance}",`);
  expect(rows.join('\r\n')).toContain('"a ""quoted"", one\n=2"');
  expect(rows[0]).toContain(`"{""source"":""pdp"",""procedure"":""reports.list""}",1250,`);
});

test('exports require the permission to read the log; refusals are recorded, and invalid input gets an error code', async () => {
  const refused = await fetchExport(of({}), 'vera');
  expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'FORBIDDEN' }]);
  expect(await exportsOf('vera')).toMatchObject([{ outcome: 'failed', reason: 'FORBIDDEN' }]);
  const anonymous = await fetch(`${server.url}/api/audit/export?format=csv`);
  expect([anonymous.status, await anonymous.json()]).toMatchObject([401, { code: 'TOKEN_MISSING' }]);
  const bad = [
    {},
    { format: 'xml' },
    { format: 'csv', filter: '{' },
    { format: 'csv', filter: '{"actor":"\\u0000"}' },
    { format: 'csv', filter: `{"from":"${'9'.repeat(5_000)}"}` },
  ];
  const answers = await Promise.all(bad.map((query) => fetchExport(query as Record<string, string>)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
});

test('allows one export per user at a time, and ends it when the client disconnects', async () => {
  const store = createEventStore(server.db);
  const long = 'x'.repeat(4_000);
  for (let part = 0; part < 8; part++) {
    await store.insert(
      Array.from({ length: 1_000 }, () => eventAt(day('15'), { actor: 'long', detail: { long } })),
    );
  }
  // The export is larger than the buffers of the connection and the server, so it stays open until the client reads it.
  const first = await fetchExport(of({ actor: 'long' }));
  const second = await fetchExport(of({ actor: 'long' }));
  expect([second.status, await second.json()]).toMatchObject([503, { code: 'SERVER_BUSY' }]);
  await first.body?.cancel();
  await waitFor(async () => {
    const third = await fetchExport(of({ actor: 'nobody' }));
    expect([third.status, await third.text()]).toEqual([200, '']);
  });
});

test('limits the concurrent exports of a tenant without limiting other tenants', async () => {
  const people = ['bea', 'cleo', 'dora', 'eva'];
  for (const key of people) await server.join({ key, role: 'admin' });
  const open = await Promise.all(people.slice(0, 3).map((key) => fetchExport(of({ actor: 'long' }), key)));
  expect(open.map(({ status }) => status)).toEqual([200, 200, 200]);
  const refused = await fetchExport(of({ actor: 'nobody' }), 'eva');
  expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'SERVER_BUSY' }]);
  expect((await fetchExport(of({ actor: 'nobody' }), 'olga', 'acme')).status).toBe(200);
  await Promise.all(open.map(async ({ body }) => body?.cancel()));
});

test('records a long filter truncated, with the number of missing characters', async () => {
  // `\u0001` takes six characters in JSON.
  const actions = Array.from({ length: 6 }, (_, index) => `${index}${'\u0001'.repeat(255)}`);
  const filter = { from: day('10'), kind: 'change', actions } as const;
  await waitFor(async () => expect((await fetchExport(of(filter))).status).toBe(200));
  const [event] = await exportsOf('ada');
  expect(event?.detail).toEqual({
    after: {
      format: 'jsonl',
      filter: { ...filter, actions: [...actions.slice(0, 5), expect.stringMatching(/^5.*…$/s)] },
    },
    leftOut: expect.any(Number),
  });
  expect(event?.detail?.['leftOut']).toBeGreaterThan(1_000);
});

test('stops the export of a user who loses the permission, visibly incomplete', async () => {
  await server.join({ key: 'tom', role: 'admin' });
  const response = await fetchExport(of({ actor: 'long' }), 'tom');
  expect(response.status).toBe(200);
  await server.directory.unassignRole({ user: 'tom', role: 'admin', tenant: 'default' });
  await expect(response.text()).rejects.toThrow('terminated');
});
