import { randomUUID } from 'node:crypto';
import { policy } from '@latchkey/policy';
import { expect, test } from 'vitest';
import { viewAsHeader } from '../../platform/trpc/context.ts';
import { reportRow } from '../../testing/rows.ts';
import { openRaw } from '../../testing/raw-request.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startTestServer, startUpstreams } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { reports } from '../reports/tables.ts';

/** The number of milliseconds by which the server's clock is ahead. */
let ahead = 0;
const server = await startTestServer({
  now: () => new Date(Date.now() + ahead),
  consoleUrl: 'https://console.example/start',
});
const sdk = permitSdk(server.permit);
await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
const join = async (key: string, role: string, tenant = 'acme', attributes = {}): Promise<string> => {
  await server.directory.provisionUser({ key, attributes }, { role, tenant });
  return key;
};
await join('ann', 'admin');
await join('vera', 'viewer');
await join('clea', 'viewer', 'acme', { clearance: 'confidential' });
await join('otto', 'admin', 'default');
await join('service', 'editor');
await join('idle', 'viewer');
await server.members.readAll();

const machine = (id: string, organization: string | undefined = 'acme'): Promise<string> =>
  server.issuer.sign({ sub: id, client_id: id, ...(organization && { organization_id: organization }) });
const service = await machine('service');

async function post(
  path: string,
  body: unknown,
  { token = service, ...headers }: Record<string, string> = {},
  url = server.url,
) {
  const response = await fetch(`${url}/access/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: Object(await response.json()) };
}

const ask = (id: string, permission: string, instance = '*', properties = {}) => {
  const [type = '', name = ''] = permission.split(':');
  return { subject: { type: 'user', id }, action: { name }, resource: { type, id: instance, properties } };
};
const isAllowed = async (...question: Parameters<typeof ask>): Promise<boolean> => {
  const { body } = await post('evaluation', ask(...question));
  return body.decision;
};

async function addReport(tenant = 'acme', more: Partial<typeof reports.$inferInsert> = {}): Promise<string> {
  const row = reportRow({ tenant, title: 'Q3', ownerKey: 'ann', ...more });
  await server.db.insert(reports).values(row);
  await sdk.api.resourceInstances.create({ resource: 'reports', key: row.id, tenant });
  return row.id;
}
const report = await addReport();
const secret = await addReport('acme', { classification: 'confidential' });
const foreign = await addReport('default');

test("a machine asks about users of its token's tenant, and every evaluation is recorded", async () => {
  const answered = await post(
    'evaluations',
    { evaluations: [ask('vera', 'reports:view', report), ask('vera', 'reports:publish', report)] },
    { 'x-request-id': 'from-the-service' },
  );
  expect(answered.status).toBe(200);
  expect(answered.headers.get('x-request-id')).toBe('from-the-service');
  expect(answered.body.evaluations).toMatchObject([
    { decision: true },
    { decision: false, context: { reason_admin: { 403: expect.stringContaining('admin') } } },
  ]);
  await server.audit.flush();
  const admin = await server.as('ann', 'acme');
  const { events } = await admin.audit.list.query({ actor: 'service', limit: 2 });
  const event = {
    kind: 'decision',
    actorKind: 'machine',
    channel: 'gate',
    subject: 'vera',
    instance: report,
  };
  expect(events).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ ...event, action: 'reports:view', outcome: 'allow' }),
      expect.objectContaining({
        ...event,
        action: 'reports:publish',
        outcome: 'deny',
        reason: 'no_permission',
      }),
    ]),
  );
  expect(events[0]).toMatchObject({ detail: { procedure: '/access/v1/evaluations', source: 'pdp' } });
  expect(events[0]?.requestId).toMatch(/^[\da-f-]{36}$/);
});

test('only the configuration is answered without a token of a machine with members:view', async () => {
  const configuration = await fetch(`${server.url}/.well-known/authzen-configuration`);
  expect(await configuration.json()).toMatchObject({
    policy_decision_point: 'https://console.example',
    search_subject_endpoint: 'https://console.example/access/v1/search/subject',
    search_resource_endpoint: 'https://console.example/access/v1/search/resource',
  });
  expect(configuration.headers.get('cache-control')).toBe('max-age=300');
  const question = ask('vera', 'reports:view', report);
  const stranger = await fetch(`${server.url}/access/v1/evaluation`, { method: 'POST', body: '{}' });
  expect([stranger.status, stranger.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect(await stranger.json()).toMatchObject({ code: 'TOKEN_MISSING' });
  const user = await server.issuer.sign({ sub: 'ann', organization_id: 'acme' });
  await server.as('ann', 'acme');
  for (const token of [user, await machine('idle'), await machine('service', 'other')]) {
    const { status, headers, body } = await post('evaluation', question, { token });
    expect([status, body.code, headers.get('www-authenticate')]).toEqual([403, 'FORBIDDEN', null]);
  }
});

test('nobody asks through a machine: neither its token with an actor nor a view as another user is accepted', async () => {
  const acting = await server.issuer.sign({
    sub: 'service',
    client_id: 'service',
    organization_id: 'acme',
    act: { sub: 'ann' },
  });
  const admin = await server.as('ann', 'acme');
  const view = await admin.viewAs.start.mutate({ kind: 'person', subject: 'service' }).catch(() => undefined);
  expect(view).toBeUndefined();
  const { id } = await admin.viewAs.start.mutate({ kind: 'role', role: 'admin' });
  const viewing = {
    token: await server.issuer.sign({ sub: 'ann', organization_id: 'acme' }),
    [viewAsHeader]: id,
  };
  for (const headers of [{ token: acting }, viewing])
    for (const path of ['evaluation', 'evaluations', 'search/subject', 'search/resource', 'search/action']) {
      const { status, body } = await post(path, ask('vera', 'reports:view', report), headers);
      expect([path, status, body]).toMatchObject([path, 403, { code: 'FORBIDDEN' }]);
    }
});

test("an instance must be in the tenant, and the console's exceptions apply", async () => {
  expect(await isAllowed('ann', 'reports:view', report)).toBe(true);
  for (const id of [foreign, randomUUID(), 'q3', 'x y']) {
    expect([id, await isAllowed('ann', 'reports:view', id)]).toEqual([id, false]);
  }
  const deleted = await addReport('acme', { deletedAt: new Date() });
  expect(await isAllowed('ann', 'reports:view', deleted)).toBe(false);
  expect(await isAllowed('ann', 'collections:view', randomUUID())).toBe(false);
  // Otto belongs to another tenant. `sync:view` is about the whole installation, so it is denied in `acme`.
  expect(await isAllowed('otto', 'reports:view', report)).toBe(false);
  expect(await isAllowed('ann', 'members:assign')).toBe(true);
  expect(await isAllowed('ann', 'sync:view')).toBe(false);
});

test("the report's classification counts, not the caller's properties", async () => {
  const permission = 'reports:view-confidential';
  expect(await isAllowed('clea', permission, secret)).toBe(true);
  expect(await isAllowed('clea', permission, secret, { classification: 'normal' })).toBe(true);
  expect(await isAllowed('clea', permission, report, { classification: 'confidential' })).toBe(false);
  expect(await isAllowed('vera', permission, secret)).toBe(false);
});

test('a suspended user is denied immediately', async () => {
  const user = await join('sam', 'admin');
  expect(await isAllowed(user, 'reports:view', report)).toBe(true);
  await server.sync.revocations.record(user, 'suspended');
  expect((await post('evaluation', ask(user, 'reports:view', report))).body).toMatchObject({
    decision: false,
    context: { reason_admin: { 403: expect.stringContaining('unknown_subject') } },
  });
});

const found = async (kind: string, body: unknown): Promise<string[]> => {
  const answered = await post(`search/${kind}`, body);
  expect(answered.status).toBe(200);
  return answered.body.results.map(({ id, name }: { id?: string; name?: string }) => id ?? name);
};

test('searches have the users, reports and actions that evaluations allow', async () => {
  const guest = await join('guest', 'viewer', 'default');
  const on = { role: 'owner', resource_instance: `reports:${report}`, tenant: 'acme' };
  await sdk.api.roleAssignments.assign({ user: guest, ...on });
  const owners = await found('subject', ask('', 'reports:publish', report));
  expect(owners).toEqual(expect.arrayContaining(['ann', guest]));
  expect(owners).not.toContain('vera');
  // A rule grants Clea this permission. The PDP itself lists only users who have a permission through a role.
  expect(await found('subject', ask('', 'reports:view-confidential', secret))).toEqual(
    expect.arrayContaining(['ann', 'clea']),
  );
  expect(await found('subject', ask('', 'reports:view', foreign))).toEqual([]);

  expect((await found('resource', ask('vera', 'reports:view'))).toSorted()).toEqual(
    [report, secret].toSorted(),
  );
  expect(await found('resource', ask('clea', 'reports:view-confidential'))).toEqual([secret]);
  expect(await found('resource', ask(guest, 'reports:publish'))).toEqual([report]);
  expect(await found('resource', ask('vera', 'collections:view'))).toEqual([]);
  expect(await found('resource', ask('ann', 'members:view'))).toEqual(['*']);
  expect(await found('resource', ask('ann', 'sync:view'))).toEqual([]);

  expect(await found('action', ask(guest, 'reports:view', report))).toEqual(
    policy.resources.reports.roles.owner.permissions,
  );
});

test('no search has a suspended user or a report that the tenant does not have, although Permit has both', async () => {
  const gone = await join('gone', 'admin');
  const deleted = await addReport('acme', { deletedAt: new Date() });
  const searches = () =>
    Promise.all([
      found('subject', ask('', 'reports:publish', report)),
      found('resource', ask('ann', 'reports:publish')),
      found('resource', ask(gone, 'reports:publish')),
      found('action', ask(gone, 'reports:view', report)),
    ]);
  const [before] = await searches();
  expect(before).toContain(gone);
  await server.sync.revocations.record(gone, 'suspended');
  const [people, ofAnn, ...ofGone] = await searches();
  expect(people).toContain('ann');
  expect(people).not.toContain(gone);
  expect(ofAnn).toEqual(expect.arrayContaining([report, secret]));
  for (const id of [deleted, foreign]) {
    expect(ofAnn).not.toContain(id);
    expect(await found('subject', ask('', 'reports:publish', id))).toEqual([]);
    expect(await found('action', ask('ann', 'reports:view', id))).toEqual([]);
  }
  expect(ofGone).toEqual([[], []]);
});

test('an ended role does not count in evaluations or searches while Permit and the PDP still have it', async () => {
  const user = await join('tess', 'viewer');
  const admin = await server.as('ann', 'acme');
  await admin.members.assign.mutate({ subject: user, role: 'editor', duration: 3_600 });
  const create = ask(user, 'reports:create');
  await waitFor(async () => expect(await isAllowed(user, 'reports:create')).toBe(true));
  server.permit.faults.add({ method: 'DELETE', path: '/v2/facts/*', status: 500 });
  ahead += 3_600_000;
  const asked = [
    ['evaluation', create],
    ['evaluations', { evaluations: [ask('ann', 'reports:create'), create] }],
    ['search/subject', create],
    ['search/resource', create],
    ['search/action', create],
  ] as const;
  for (const [path, body] of asked) {
    const { status, body: answer } = await post(path, body);
    expect([path, status, answer]).toMatchObject([path, 503, { code: 'AUTHORIZATION_UNAVAILABLE' }]);
  }
  // The user's own call fails for the same reason, before the server knows whether it may ask.
  const own = await server.issuer.sign({ sub: user, organization_id: 'acme' });
  const { status: ownStatus, headers } = await post('evaluation', create, { token: own });
  expect([ownStatus, headers.get('www-authenticate')]).toEqual([503, null]);
  // Other users are not affected.
  expect(await isAllowed('ann', 'reports:create')).toBe(true);
  server.permit.faults.clear();
  await waitFor(async () => expect((await post('evaluation', create)).status).toBe(200));
  expect(await isAllowed(user, 'reports:create')).toBe(false);
  expect(await found('subject', create)).not.toContain(user);
  expect(await found('action', create)).not.toContain('create');
});

test('an outage of the PDP is 503 without its address, and is recorded', async () => {
  const admin = await server.as('ann', 'acme');
  await waitFor(async () => {
    // Lets the server cache the machine's own permission. It caches nothing right after a role change, so this is
    // repeated.
    await post('evaluation', ask('ann', 'policy:view'));
    server.permit.faults.add({ path: '/allowed', drop: true });
    const { status, headers, body } = await post('evaluation', ask('vera', 'requests:create'));
    server.permit.faults.clear();
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'AUTHORIZATION_UNAVAILABLE', '1']);
    expect(JSON.stringify(body)).not.toContain('127.0.0.1');
    await server.audit.flush();
    const { events } = await admin.audit.list.query({ actor: 'service', limit: 5 });
    expect(events.find(({ action }) => action === 'requests:create')).toMatchObject({
      outcome: 'unavailable',
      reason: 'connection',
      subject: 'vera',
    });
  }, 500);
});

test('an evaluation is recorded also when its long id would be cut within a character', async () => {
  const instance = `${'a'.repeat(254)}😀${'b'.repeat(9)}`;
  expect(await isAllowed('ann', 'members:invite', instance)).toBe(true);
  await server.audit.flush();
  const admin = await server.as('ann', 'acme');
  const { events } = await admin.audit.list.query({ actor: 'service', actions: ['members:invite'] });
  expect(events).toMatchObject([{ subject: 'ann', outcome: 'allow', instance: `${'a'.repeat(254)}\ufffd…` }]);
});

const refused = (permission: string) => ({
  decision: false,
  context: {
    reason_admin: { 403: `${permission}: denied.` },
    reason_user: { 403: `Permission ${permission} is missing.` },
  },
});

test('each evaluation has its own reason and source, with and without an instance', async () => {
  const questions = [
    ask('ann', 'reports:view', foreign),
    ask('ann', 'collections:create'),
    ask('ann', 'reports:view', report),
    ask('vera', 'reports:publish', foreign),
  ];
  const { body } = await post('evaluations', { evaluations: questions });
  expect(body.evaluations).toEqual([
    refused('reports:view'),
    { decision: true },
    { decision: true },
    refused('reports:publish'),
  ]);
  await server.audit.flush();
  const admin = await server.as('ann', 'acme');
  const { events } = await admin.audit.list.query({ actor: 'service', limit: 4 });
  const made = events.map(({ action, instance, outcome, reason, detail }) =>
    [action, instance, outcome, reason, detail?.source].join(' '),
  );
  expect(made.toSorted()).toEqual(
    [
      `reports:view ${foreign} deny denied `,
      'collections:create  allow  pdp',
      `reports:view ${report} allow  pdp`,
      `reports:publish ${foreign} deny denied `,
    ].toSorted(),
  );
});

test("Permit's hosted PDP, which refuses attributes, gets none unless a rule needs them", async () => {
  await using hosted = await startTestServer({ upstreams: await startUpstreams({ hostedPdp: true }) });
  await hosted.join({ key: 'service', role: 'admin' });
  const { client } = await hosted.join({ key: 'ann', role: 'admin' });
  const { id } = await client.reports.create.mutate({ title: 'Q3', kind: 'access-review' });
  const token = await hosted.issuer.sign({ sub: 'service', client_id: 'service' });
  const statusAndDecision = async (permission: string) => {
    const { status, body } = await post('evaluation', ask('ann', permission, id), { token }, hosted.url);
    return [status, body.decision];
  };
  expect(await statusAndDecision('reports:view')).toEqual([200, true]);
  expect(await statusAndDecision('reports:view-confidential')).toEqual([200, true]);
  await hosted.db.update(reports).set({ classification: 'confidential' });
  expect(await statusAndDecision('reports:view')).toEqual([200, true]);
});

test('many large bodies at the same time are refused, and make room for a small one', async () => {
  const length = 131_072;
  const head = [
    'POST /access/v1/evaluation HTTP/1.1',
    'host: pdp.example',
    `authorization: Bearer ${service}`,
    'content-type: application/json',
    `content-length: ${length}`,
  ].join('\r\n');
  const open = () => openRaw(server.url, `${head}\r\n\r\n{`);
  const large = Array.from({ length: 8 }, open);
  const body = { ...ask('ann', 'reports:view', report), more: '' };
  const more = 'x'.repeat(length - JSON.stringify(body).length);
  await waitFor(async () => {
    // The request below may have been faster than one of the others.
    large.push(open());
    expect(await post('evaluation', { ...body, more })).toMatchObject({
      status: 503,
      body: { code: 'SERVER_BUSY' },
    });
  });
  expect(await isAllowed('ann', 'reports:view', report)).toBe(true);
  for (const one of large) one.end();
  await Promise.all(large.map(({ ended }) => ended));
  await waitFor(async () => expect((await post('evaluation', { ...body, more })).status).toBe(200));
  expect(await post('evaluation', { ...body, more: `${more}x` })).toMatchObject({
    status: 413,
    body: { code: 'REQUEST_TOO_LARGE' },
  });
});
