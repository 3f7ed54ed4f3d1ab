import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { viewAsHeader } from '../../platform/trpc/context.ts';
import { askForRole } from '../../testing/requests.ts';
import { openStream } from '../../testing/listen.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { codeOf, inputsOf, procedureAt, proceduresOf, refusal } from '../../testing/call-procedure.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

let clock = Date.now();
const server = await startTestServer({ now: () => new Date((clock += 1)) });
const sdk = permitSdk(server.permit);
await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
const person = async (key: string, role = 'viewer', tenant = 'default'): Promise<string> =>
  (await server.join({ key, firstName: key, email: `${key}@example.test`, role, tenant })).key;
await person('ada', 'admin');
await server.directory.assignRole({ user: 'ada', role: 'viewer', tenant: 'acme' });
const admin = await server.as('ada');
let people = 0;
const newcomer = (role = 'viewer', tenant?: string) => person(`person-${++people}`, role, tenant);

const as = async (subject: string, client = admin) =>
  (await client.viewAs.start.mutate({ kind: 'person', subject })).id;
/** Returns a client with which the administrator makes calls in a view as this user. */
const seenAs = async (subject: string): Promise<Client> => server.as('ada', undefined, await as(subject));
const isOver = { status: 403, code: 'VIEW_AS_ENDED' };

const created = async (title: string, client = admin) =>
  (await client.reports.create.mutate({ title, kind: 'access-review' })).id;
const titlesOf = async (client: Client) =>
  (await client.reports.list.query({})).items.map(({ title }) => title);

test('an administrator sees the console as the target would: their permissions, their data, and nothing else', async () => {
  const ben = await newcomer();
  const own = await server.as(ben);
  const request = await askForRole(own);
  const [shared] = [await created('Shared'), await created('Of Ada')];
  await admin.reports.share.mutate({ id: shared, subject: ben, role: 'editor' });

  const { id, target, left } = await admin.viewAs.start.mutate({ kind: 'person', subject: ben });
  expect(target).toEqual({ kind: 'person', subject: ben, name: ben });
  expect(left).toBeGreaterThan(899_000);
  const view = await server.as('ada', undefined, id);
  expect(await view.viewAs.current.query()).toMatchObject({ id, target });
  expect(await admin.viewAs.current.query()).toBeNull();

  const [seen, really] = await Promise.all([view.session.access.query(), own.session.access.query()]);
  expect(seen).toEqual(really);
  expect(await view.session.me.query()).toEqual(await own.session.me.query());
  expect(await titlesOf(view)).toEqual(await titlesOf(own));
  expect(await titlesOf(view)).not.toContain('Of Ada');
  expect((await view.requests.mine.query({})).items.map((one) => one.id)).toEqual([request]);
  const questions = [{ path: 'reports.create' }, { path: 'reports.rename', input: { id: shared } }];
  expect(await view.session.gates.mutate(questions)).toEqual(await own.session.gates.mutate(questions));
  expect(await codeOf(view.members.list.query({}))).toBe('FORBIDDEN');
  expect(await view.why.mine.query({ permission: 'reports:create' })).toMatchObject({ subject: ben });
});

test("a view as a role has the permissions of the policy's table, and no user's data", async () => {
  await created('Of Ada, too');
  const { id, target } = await admin.viewAs.start.mutate({ kind: 'role', role: 'editor' });
  expect(target).toEqual({ kind: 'role', role: 'editor' });
  const view = await server.as('ada', undefined, id);
  const me = await view.session.me.query();
  expect(me).toMatchObject({ roles: ['editor'] });
  expect(me.permissions).toEqual(
    (await (await server.as(await newcomer('editor'))).session.me.query()).permissions,
  );
  const { onInstances } = await view.session.access.query();
  expect(onInstances).toEqual([]);
  expect(await titlesOf(view)).not.toContain('Of Ada, too');
  expect((await view.members.list.query({})).members).not.toEqual([]);
  expect(await view.requests.mine.query({})).toMatchObject({ items: [] });
  expect(await view.home.denials.query()).toEqual([]);
  expect(await refusal(view.audit.list.query({}))).toMatchObject({
    code: 'FORBIDDEN',
    denied: { reason: 'no_permission', grantedBy: expect.arrayContaining(['admin']) },
  });
  expect(await codeOf(view.why.mine.query({ permission: 'audit:view' }))).toBe('VIEW_AS_NOT_SHOWN');
  await admin.viewAs.end.mutate({ id });
  await server.audit.flush();
  const { events } = await admin.audit.list.query({ actions: ['view-as.end'], limit: 1 });
  expect(events).toMatchObject([{ actor: 'ada', detail: { after: { end: 'hand', role: 'editor' } } }]);
});

/** Returns every procedure of a type in the router, so that the list is always complete. */
const pathsOf = (type: string): string[] =>
  proceduresOf(server)
    .filter((one) => one.type === type)
    .map(({ path }) => path);

/** Calls a path over HTTP as the administrator in a view. */
async function call(path: string, view: string, body?: string) {
  const token = await server.issuer.sign({ sub: 'ada' });
  const response = await fetch(`${server.url}/api/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      [viewAsHeader]: view,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body ?? null,
  });
  return { status: response.status, text: await response.text() };
}

test('a view refuses mutations with valid and invalid input and all exports, but answers checks for buttons', async () => {
  // `session.gates` only answers checks; `viewAs.end` ends the view.
  const allowed = ['session.gates', 'viewAs.end'];
  const mutations = pathsOf('mutation').filter((path) => !allowed.includes(path));
  expect(mutations.length).toBeGreaterThan(30);
  const id = await as(await newcomer());
  const refused = { status: 403, text: expect.stringContaining('"VIEW_AS_READ_ONLY"') };
  const pool = ['ada', 'editor', randomUUID(), new Date().toISOString(), 1];
  for (const path of mutations) {
    const valid = inputsOf(procedureAt(server, path), pool).slice(0, 2);
    const bodies = ['', '{}', '[null]', ...valid.map((input) => JSON.stringify(input) ?? '')];
    for (const body of new Set(bodies))
      expect({ path, body, ...(await call(`trpc/${path}`, id, body)) }).toEqual({ path, body, ...refused });
  }
  const report = await created('Exported');
  for (const path of ['audit', 'reports', `reports/${report}`])
    for (const format of ['csv', 'xlsx', 'jsonl', ''])
      expect({ path, ...(await call(`${path}/export?format=${format}`, id)) }).toEqual({ path, ...refused });
  const review = `reviews/${randomUUID()}/evidence?format=`;
  for (const format of ['csv', 'json', '']) expect(await call(`${review}${format}`, id)).toEqual(refused);
  const view = await server.as('ada', undefined, id);
  expect(await view.session.gates.mutate([{ path: 'viewAs.start' }])).toMatchObject([{ state: 'denied' }]);
  expect(await view.viewAs.current.query()).not.toBeNull();
  await view.viewAs.end.mutate({ id });
  expect(await refusal(view.viewAs.current.query())).toMatchObject(isOver);
});

test('a view does not show private data, and neither shows nor changes read marks', async () => {
  const boss = await newcomer('admin');
  const own = await server.as(boss);
  await own.audit.saveView.mutate({ name: 'Mine', filter: { show: 'denied' } });
  await admin.members.assign.mutate({ subject: boss, role: 'editor' });
  await server.audit.flush();
  const view = await seenAs(boss);
  const hidden = { status: 403, code: 'VIEW_AS_NOT_SHOWN' };
  expect(await refusal(view.audit.views.query())).toMatchObject(hidden);
  expect(await refusal(view.requests.mails.query())).toMatchObject(hidden);
  expect(await refusal(view.invitations.received.query({ id: 'one' }))).toMatchObject(hidden);
  expect(await view.setup.status.query()).toEqual({ state: 'not-yours' });
  expect(await view.notifications.unread.query()).toBe(0);
  const notifications = await view.notifications.list.query();
  expect(notifications.map(({ kind, isRead }) => ({ kind, isRead }))).toContainEqual({
    kind: 'role-given',
    isRead: true,
  });
  expect((await own.notifications.list.query()).find(({ kind }) => kind === 'role-given')?.isRead).toBe(
    false,
  );
});

const refused = (subject: string, client = admin) =>
  refusal(client.viewAs.start.mutate({ kind: 'person', subject }));

test('refuses a view of oneself, a machine, an unknown or suspended user, and without the permission', async () => {
  expect(await refused('ada')).toMatchObject({ status: 409, code: 'VIEW_AS_NOT_POSSIBLE' });
  await sdk.api.users.create({ key: 'robot', role_assignments: [{ role: 'viewer', tenant: 'default' }] });
  expect(await refused('robot')).toMatchObject({ status: 409, code: 'VIEW_AS_NOT_POSSIBLE' });
  expect(await refused('nobody')).toMatchObject({ status: 404, code: 'PERSON_NOT_FOUND' });
  expect(await refused(await newcomer('viewer', 'acme'))).toMatchObject({ code: 'PERSON_NOT_FOUND' });
  const gone = await newcomer();
  await server.sync.revocations.record(gone, 'suspended');
  expect(await refused(gone)).toMatchObject({ status: 409, code: 'MEMBER_SUSPENDED' });
  for (const nonsense of ['', 'a\0b', 'x'.repeat(400), 'role:admin'])
    expect(await refused(nonsense)).toMatchObject({ status: 400, code: 'INPUT_INVALID' });
  await sdk.api.users.create({ key: 'bot', role_assignments: [{ role: 'admin', tenant: 'default' }] });
  const asBot = await fetch(`${server.url}/api/trpc/viewAs.start`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await server.issuer.sign({ sub: 'bot', client_id: 'bot' })}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ kind: 'role', role: 'viewer' }),
  });
  expect([asBot.status, await asBot.text()]).toEqual([409, expect.stringContaining('VIEW_AS_NOT_POSSIBLE')]);
  const editor = await server.as(await newcomer('editor'));
  expect(await refused(await newcomer(), editor)).toMatchObject({
    status: 403,
    denied: { permission: 'members:view-as', grantedBy: expect.arrayContaining(['admin']) },
  });
});

/**
 * Creates a user with a role that exists only in Permit, not in the policy's table, and has fewer permissions than an
 * administrator. Returns their client.
 */
async function helper(): Promise<Client> {
  await sdk.api.roles
    .create({
      key: 'helpdesk',
      name: 'Helpdesk',
      permissions: ['members:view-as', 'members:view', 'reports:view', 'requests:create', 'policy:view'],
    })
    .catch(() => {});
  return server.as(await newcomer('helpdesk'));
}

test('refuses a view of a user with more permissions, in the tenant or on one report', async () => {
  const may = await helper();
  const editor = await newcomer('editor');
  expect(await refused(editor, may)).toMatchObject({
    status: 403,
    code: 'VIEW_AS_MORE_RIGHTS',
    details: { permissions: ['reports:create'] },
  });
  expect(await codeOf(may.viewAs.start.mutate({ kind: 'role', role: 'admin' }))).toBe('VIEW_AS_MORE_RIGHTS');
  const ben = await newcomer();
  expect(await may.viewAs.start.mutate({ kind: 'person', subject: ben })).toMatchObject({
    target: { subject: ben },
  });
  const id = await created('Bens');
  await admin.reports.share.mutate({ id, subject: ben, role: 'reader' });
  expect(await may.viewAs.start.mutate({ kind: 'person', subject: ben })).toMatchObject({
    target: { subject: ben },
  });
  await admin.reports.share.mutate({ id, subject: ben, role: 'editor' });
  await waitFor(async () =>
    expect(await refused(ben, may)).toMatchObject({
      code: 'VIEW_AS_MORE_RIGHTS',
      details: { permissions: ['reports:edit'] },
    }),
  );
});

test('a target who gains permissions during a view shows no more than the viewer may see, on reports and in lists', async () => {
  const may = await helper();
  const helperKey = (await may.session.me.query()).subject;
  const ben = await newcomer();
  const view = await server.as(helperKey, undefined, await as(ben, may));
  const [draft, both] = [await created('Draft of Ada'), await created('Draft for both')];
  await admin.reports.share.mutate({ id: draft, subject: ben, role: 'editor' });
  await admin.reports.share.mutate({ id: both, subject: ben, role: 'editor' });
  await admin.reports.share.mutate({ id: both, subject: helperKey, role: 'editor' });
  const own = await server.as(ben);
  const drafts = async () => [(await titlesOf(own)).toSorted(), await titlesOf(view)];
  await waitFor(async () =>
    expect(await drafts()).toEqual([['Draft for both', 'Draft of Ada'], ['Draft for both']]),
  );
  await admin.members.assign.mutate({ subject: ben, role: 'admin' });
  await waitFor(async () => expect((await own.session.me.query()).permissions).toContain('audit:view'));
  expect(await titlesOf(view)).toEqual(['Draft for both']);
  expect(await codeOf(view.audit.list.query({}))).toBe('FORBIDDEN');
  expect((await view.session.me.query()).permissions).not.toContain('audit:view');
  const asked = [draft, both].map((id) => ({ path: 'reports.rename', input: { id } }));
  expect(await view.session.gates.mutate(asked)).toMatchObject([{ state: 'denied' }, { state: 'allowed' }]);
});

test('a view is valid only for its viewer and tenant, and an invalid one shows nothing', async () => {
  const id = await as(await newcomer());
  const boss = await newcomer('admin');
  const calls = [
    server.as(boss, undefined, id),
    server.as('ada', 'acme', id),
    server.as('ada', undefined, randomUUID()),
    ...['nonsense', 'x'.repeat(4_000), `${id}, ${id}`, "' or true --"].map((view) =>
      server.as('ada', undefined, view),
    ),
  ];
  for (const client of await Promise.all(calls))
    expect(await refusal(client.session.me.query())).toMatchObject(isOver);
  // Nor can another user end the view.
  await (await server.as(boss)).viewAs.end.mutate({ id });
  expect(await (await server.as('ada', undefined, id)).viewAs.current.query()).toMatchObject({ id });
});

/** Returns the audit events of views as a user. */
async function eventsAbout(subject: string) {
  await server.audit.flush();
  const { events } = await admin.audit.list.query({ subject, kind: 'change', limit: 200 });
  return events
    .filter(({ action }) => action.startsWith('view-as.'))
    .map(({ action, actor, detail }) => ({ action, actor, end: Object(detail?.['after']).end }))
    .toReversed();
}
const started = { action: 'view-as.start', actor: 'ada', end: undefined };
const ended = (end: string) => ({ action: 'view-as.end', actor: 'ada', end });

test('a view ends by the user, by the next view, and after fifteen minutes; each end is recorded once', async () => {
  const ben = await newcomer();
  const first = await as(ben);
  const second = await as(ben);
  const overtaken = await server.as('ada', undefined, first);
  expect(await refusal(overtaken.session.me.query())).toMatchObject(isOver);
  await admin.viewAs.end.mutate({ id: second });
  await admin.viewAs.end.mutate({ id: second });
  const view = await seenAs(ben);
  clock += 890_000;
  expect(await view.viewAs.current.query()).toMatchObject({ target: { subject: ben } });
  clock += 11_000;
  expect(await refusal(view.session.me.query())).toMatchObject(isOver);
  expect(await refusal(view.reports.create.mutate({ title: 'T', kind: 'access-review' }))).toMatchObject(
    isOver,
  );
  await waitFor(async () =>
    expect(await eventsAbout(ben)).toEqual([
      started,
      ended('another'),
      started,
      ended('hand'),
      started,
      ended('time'),
    ]),
  );
});

test('a view ends when the viewer loses the permission, or the target is suspended', async () => {
  const boss = await newcomer('admin');
  const own = await server.as(boss);
  const ben = await newcomer();
  const view = await server.as(boss, undefined, await as(ben, own));
  expect(await view.session.me.query()).toMatchObject({ subject: ben });
  await admin.members.assign.mutate({ subject: boss, role: 'viewer' });
  await admin.members.unassign.mutate({ subject: boss, role: 'admin' });
  await waitFor(async () => expect(await refusal(view.session.me.query())).toMatchObject(isOver));

  const again = await seenAs(ben);
  await server.sync.revocations.record(ben, 'suspended');
  await waitFor(async () => expect(await refusal(again.session.me.query())).toMatchObject(isOver));

  const cy = await newcomer();
  const third = await newcomer('admin');
  const last = await server.as(third, undefined, await as(cy, await server.as(third)));
  await server.sync.revocations.record(third, 'suspended');
  await waitFor(async () => expect(await codeOf(last.session.me.query())).toBe('SUBJECT_REVOKED'));
});

const decisions = async (actor: string) =>
  (await admin.audit.list.query({ actor, kind: 'decision', limit: 200 })).events;

test("decisions in a view are recorded as the viewer's, with the target, who can see that they were viewed", async () => {
  const ben = await newcomer();
  const own = await server.as(ben);
  const view = await seenAs(ben);
  await refusal(view.members.list.query({}));
  await view.reports.list.query({});
  await server.audit.flush();
  expect(await decisions(ben)).toEqual([]);
  expect(await decisions('ada')).toContainEqual(
    expect.objectContaining({
      action: 'members:view',
      outcome: 'deny',
      subject: ben,
      detail: expect.objectContaining({ procedure: 'members.list', viewAs: { subject: ben } }),
    }),
  );
  expect(await own.home.denials.query()).toEqual([]);
  const may = await helper();
  const { subject } = await may.session.me.query();
  await refusal((await server.as(subject, undefined, await as(ben, may))).audit.list.query({}));
  await server.audit.flush();
  expect((await decisions(subject)).map(({ action }) => action)).toContain('audit:view');
  expect(await may.home.denials.query()).toEqual([]);
  expect(await own.notifications.list.query()).toMatchObject([
    { kind: 'viewed-as', by: { key: subject }, roles: [], isRead: false },
    { kind: 'viewed-as', by: { key: 'ada' } },
  ]);
  expect(await own.notifications.unread.query()).toBe(2);
});

/**
 * Reads a stream in a view until the server ends it. Calls `then` when the stream is open. Returns everything that was
 * sent.
 */
async function streamOf(viewer: string, view: string, then: () => Promise<unknown>): Promise<string> {
  const headers = { [viewAsHeader]: view };
  const { ended } = await openStream(server, 'members.changes', { subject: viewer, headers });
  await then();
  return ended;
}

test('an open stream of a view ends with the view without a further call: by the user, and when the next view starts', async () => {
  const editor = await newcomer('editor');
  const first = await as(editor);
  expect(await streamOf('ada', first, () => admin.viewAs.end.mutate({ id: first }))).toContain(
    'VIEW_AS_ENDED',
  );
  expect(await streamOf('ada', await as(editor), () => as(editor))).toContain('VIEW_AS_ENDED');
});

test.each([
  ['the viewer', 'VIEW_AS_ENDED'],
  ['the viewed user', 'FORBIDDEN'],
])('an open stream of a view ends when %s loses the permission in Permit directly', async (who, code) => {
  const [boss, editor] = [await newcomer('admin'), await newcomer('editor')];
  const id = await as(editor, await server.as(boss));
  const lost = who === 'the viewer' ? { user: boss, role: 'admin' } : { user: editor, role: 'editor' };
  const text = await streamOf(boss, id, () => sdk.api.users.unassignRole({ ...lost, tenant: 'default' }));
  expect(text).toContain(code);
});
