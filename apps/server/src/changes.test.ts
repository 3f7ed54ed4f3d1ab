import { createHash } from 'node:crypto';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { auditBegun, auditEvents } from './features/audit/tables.ts';
import { deliverySubjects, webhookDeliveries } from './features/sync/tables.ts';
import type { AppRouter } from './router.ts';
import { agentApp, callThrough, tokenThrough } from './testing/applications.ts';
import { deliver } from './testing/deliver.ts';
import { permitSdk } from './testing/permit-sdk.ts';
import { codeOf, refusal, proceduresOf } from './testing/call-procedure.ts';
import { draftReview, openReview, untilReview } from './testing/reviews.ts';
import { startTestLogto } from './testing/test-logto.ts';
import { startTestServer, type Client } from './testing/test-server.ts';
import { waitFor } from './testing/wait-for.ts';

type Event = Awaited<ReturnType<Client['audit']['list']['query']>>['events'][number];

const logto = await startTestLogto();
await logto.loseDeliveries();
const server = await startTestServer({ logto: logto.management, consoleUrl: 'https://console.example' });
const acme = await logto.newOrganization('Acme');
const sdk = permitSdk(server.permit);
await sdk.api.tenants.create({ key: acme, name: 'Acme' });
await person('ada', 'admin');
await person('ann', 'viewer');
const boss = await logto.newUser({ name: 'Boss' });
await person(boss, 'admin', acme);
let isActing = false;
/** A client whose calls are made by Ann, who acts for the user, while `isActing`. */
async function clientOf(sub: string, organization?: string): Promise<Client> {
  await server.as(sub);
  const claims = { sub, ...(organization && { organization_id: organization }) };
  const own = await server.issuer.sign(claims);
  const acting = await server.issuer.sign({ ...claims, act: { sub: 'ann' } });
  const headers = () => ({ authorization: `Bearer ${isActing ? acting : own}` });
  return createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${server.url}/api/trpc`, headers })] });
}
const admin = await clientOf('ada');
const other = await server.as('ann');
const inAcme = await clientOf(boss, acme);

function person(key: string, role: string, tenant = 'default') {
  return server.directory.provisionUser({ key, firstName: key, email: `${key}@mail.test` }, { role, tenant });
}

let count = 0;
async function newcomer(): Promise<string> {
  const key = `person-${++count}`;
  await person(key, 'viewer');
  return key;
}

/** Returns the changes that console calls in `work` recorded, oldest first. */
async function changesOf(work: () => Promise<unknown>, client = admin): Promise<Event[]> {
  const list = async () => {
    await server.audit.flush();
    const { events } = await client.audit.list.query({ kind: 'change', limit: 200 });
    // The worker seals the evidence of a review some time after the call.
    return events.filter(({ channel, action }) => channel !== 'sync' && action !== 'review.seal');
  };
  const known = new Set((await list()).map(({ id }) => id));
  await work();
  // Changes still in this table would later be stored as interrupted.
  await waitFor(async () => {
    await server.audit.flush();
    expect(await server.db.select({ id: auditBegun.id }).from(auditBegun)).toEqual([]);
  });
  return (await list()).filter(({ id }) => !known.has(id)).toReversed();
}

const draft = async () =>
  (await admin.reports.create.mutate({ title: 'Quarterly', kind: 'access-review' })).id;
const collection = async () => (await admin.collections.create.mutate({ title: 'Secret' })).id;
const asked = async () => {
  const key = await newcomer();
  const target = { kind: 'role', role: 'editor' } as const;
  const { requests: own } = await server.as(key);
  const request = await own.create.mutate({ target, reason: 'A secret reason', duration: 3_600 });
  return { key, id: request.id };
};
const drafted = () => draftReview(admin);
const opened = () => openReview(admin);
const closedReview = async () => {
  const id = await openReview(admin);
  await admin.reviews.finish.mutate({ id });
  await untilReview(admin, id, 'closed');
  return id;
};
const invited = async (email = `ivy-${++count}@example.test`) => {
  const [one] = await inAcme.invitations.create.mutate({ emails: [email] });
  if (one?.outcome !== 'invited') throw new TypeError(`${email} is not invited`);
  return one.invitation.id;
};

/** Connects an application of its own for a user, who has to allow it in the organization of an address. */
const connected = async (subject: string, at?: string) => {
  const clientId = `${agentApp}-${++count}`;
  await server.as(subject);
  await callThrough(server, await tokenThrough(server.issuer, subject, { clientId }), { at });
  return { subject, clientId };
};
const aboutApplication = (clientId: string) => ({ detail: { after: { clientId, name: clientId } } });

type Case = () => Promise<readonly [call: () => Promise<unknown>, event: object, reader?: Client]>;

const about =
  <Made>(make: () => Promise<Made>, of: (made: Made) => Awaited<ReturnType<Case>>): Case =>
  async () =>
    of(await make());
const both =
  <One, Other>(one: () => Promise<One>, other: () => Promise<Other>) =>
  async () =>
    [await one(), await other()] as const;
const twice = (call: () => Promise<unknown>) => async () => {
  await call();
  await call();
};
const after =
  <Made>(make: () => Promise<Made>, change: (made: Made) => Promise<unknown>) =>
  async () => {
    const made = await make();
    await change(made);
    return made;
  };
const change = (before: object, later: object) => ({ detail: { before, after: later } });

const { members, applications, reports, collections, requests, reviews, sync, viewAs } = admin;
const { invitations } = inAcme;

const cases: Readonly<Record<string, Case>> = {
  'members.assign': about(newcomer, (subject) => [
    () => members.assign.mutate({ subject, role: 'editor' }),
    { action: 'role.assign', subject, ...change({ roles: ['viewer'] }, { roles: ['viewer', 'editor'] }) },
  ]),
  'members.unassign': about(
    after(newcomer, (subject) => members.assign.mutate({ subject, role: 'editor' })),
    (subject) => [
      () => members.unassign.mutate({ subject, role: 'editor' }),
      {
        action: 'role.unassign',
        subject,
        ...change({ roles: expect.arrayContaining(['editor']) }, { roles: ['viewer'] }),
      },
    ],
  ),
  'members.bulkChange': about(newcomer, (subject) => [
    twice(() => members.bulkChange.mutate({ subjects: [subject], role: 'editor', change: 'assign' })),
    { action: 'role.assign', subject, ...change({ roles: ['viewer'] }, { roles: ['viewer', 'editor'] }) },
  ]),
  'members.bulkUndo': about(
    after(newcomer, (subject) => members.assign.mutate({ subject, role: 'editor' })),
    (subject) => [
      twice(() => members.bulkUndo.mutate({ role: 'editor', members: [{ subject, before: null }] })),
      { action: 'role.unassign', subject },
    ],
  ),
  'members.remove': about(newcomer, (subject) => [
    () => members.remove.mutate({ subjects: [subject], actions: ['roles'] }),
    {
      action: 'member.remove',
      subject,
      ...change({ roles: ['viewer'], onInstances: 0 }, { done: ['roles'] }),
    },
  ]),
  'members.restore': about(
    async () => {
      const subject = await newcomer();
      const [removed] = await members.remove.mutate({ subjects: [subject], actions: ['roles'] });
      return { subject, removals: [removed?.removal ?? ''] };
    },
    ({ subject, removals }) => [
      twice(() => members.restore.mutate({ removals })),
      { action: 'member.restore', subject, detail: { after: { roles: ['viewer'] } } },
    ],
  ),
  'members.reactivate': about(
    async () => {
      const subject = await logto.newUser({ name: 'Secret' });
      await person(subject, 'viewer');
      await members.remove.mutate({ subjects: [subject], actions: ['suspend'] });
      return subject;
    },
    (subject) => [
      twice(() => members.reactivate.mutate({ subject })),
      { action: 'member.restore', subject, detail: null },
    ],
  ),
  'viewAs.start': about(newcomer, (subject) => [
    () => viewAs.start.mutate({ kind: 'person', subject }),
    { action: 'view-as.start', subject, detail: { after: { until: expect.any(String) } } },
  ]),
  'viewAs.end': about(
    () => viewAs.start.mutate({ kind: 'role', role: 'editor' }),
    ({ id }) => [
      twice(() => viewAs.end.mutate({ id })),
      { action: 'view-as.end', subject: null, detail: { after: { end: 'hand', role: 'editor' } } },
    ],
  ),
  'reports.create': async () => [
    draft,
    {
      action: 'report.create',
      resource: 'reports',
      instance: expect.stringMatching(/^[\da-f-]{36}$/),
      detail: { after: { status: 'draft', kind: 'access-review' } },
    },
  ],
  'reports.rename': about(draft, (id) => [
    () => reports.rename.mutate({ id, title: 'Secret' }),
    { action: 'report.rename', instance: id, detail: null },
  ]),
  'reports.classify': about(draft, (id) => [
    () => reports.classify.mutate({ id, classification: 'confidential' }),
    {
      action: 'report.classify',
      instance: id,
      ...change({ classification: 'normal' }, { classification: 'confidential' }),
    },
  ]),
  'reports.publish': about(draft, (id) => [
    () => reports.publish.mutate({ id }),
    { action: 'report.publish', instance: id, ...change({ status: 'draft' }, { status: 'published' }) },
  ]),
  'reports.unpublish': about(
    after(draft, (id) => reports.publish.mutate({ id })),
    (id) => [
      () => reports.unpublish.mutate({ id }),
      { action: 'report.unpublish', instance: id, ...change({ status: 'published' }, { status: 'draft' }) },
    ],
  ),
  'reports.remove': about(draft, (id) => [
    () => reports.remove.mutate({ id }),
    { action: 'report.delete', instance: id, detail: { before: { status: 'draft' } } },
  ]),
  'reports.restore': about(
    after(draft, (id) => reports.remove.mutate({ id })),
    (id) => [
      () => reports.restore.mutate({ id }),
      { action: 'report.restore', instance: id, detail: { after: { status: 'draft' } } },
    ],
  ),
  'reports.share': about(both(draft, newcomer), ([id, subject]) => [
    twice(() => reports.share.mutate({ id, subject, role: 'editor' })),
    {
      action: 'share.give',
      subject,
      resource: 'reports',
      instance: id,
      ...change({ roles: [] }, { roles: ['editor'] }),
    },
  ]),
  'reports.unshare': about(
    after(both(draft, newcomer), ([id, subject]) => reports.share.mutate({ id, subject, role: 'reader' })),
    ([id, subject]) => [
      () => reports.unshare.mutate({ id, subject, role: 'reader' }),
      { action: 'share.take', subject, instance: id, ...change({ roles: ['reader'] }, { roles: [] }) },
    ],
  ),
  'collections.create': async () => [
    collection,
    { action: 'collection.create', resource: 'collections', instance: expect.any(String) },
  ],
  'collections.rename': about(collection, (id) => [
    () => collections.rename.mutate({ id, title: 'A secret title' }),
    { action: 'collection.rename', instance: id },
  ]),
  'collections.add': about(both(collection, draft), ([id, report]) => [
    twice(() => collections.add.mutate({ id, report })),
    { action: 'collection.add', instance: id, detail: { after: { report } } },
  ]),
  'collections.removeReport': about(
    after(both(collection, draft), ([id, report]) => collections.add.mutate({ id, report })),
    ([id, report]) => [
      twice(() => collections.removeReport.mutate({ id, report })),
      { action: 'collection.take', instance: id, detail: { before: { report } } },
    ],
  ),
  'collections.remove': about(collection, (id) => [
    () => collections.remove.mutate({ id }),
    { action: 'collection.delete', instance: id },
  ]),
  'collections.share': about(both(collection, newcomer), ([id, subject]) => [
    () => collections.share.mutate({ id, subject, role: 'reader' }),
    { action: 'share.give', subject, resource: 'collections', instance: id },
  ]),
  'collections.unshare': about(
    after(both(collection, newcomer), ([id, subject]) =>
      collections.share.mutate({ id, subject, role: 'reader' }),
    ),
    ([id, subject]) => [
      () => collections.unshare.mutate({ id, subject, role: 'reader' }),
      { action: 'share.take', subject, resource: 'collections', instance: id },
    ],
  ),
  'requests.create': async () => [
    asked,
    {
      action: 'request.create',
      actor: expect.stringMatching(/^person-/),
      subject: expect.stringMatching(/^person-/),
      detail: { after: { status: 'open', role: 'editor', duration: 3_600 } },
    },
  ],
  'requests.withdraw': about(asked, ({ key, id }) => [
    async () => (await clientOf(key)).requests.withdraw.mutate({ id }),
    {
      action: 'request.withdraw',
      actor: key,
      subject: key,
      ...change({ status: 'open' }, { status: 'withdrawn', request: id }),
    },
  ]),
  'reviews.create': async () => [
    drafted,
    { action: 'review.create', resource: 'reviews', detail: { after: { name: 'November' } } },
  ],
  'reviews.start': about(drafted, (id) => [
    () => reviews.start.mutate({ id }),
    { action: 'review.start', instance: id },
  ]),
  'reviews.cancel': about(drafted, (id) => [
    () => reviews.cancel.mutate({ id }),
    { action: 'review.cancel', instance: id },
  ]),
  'reviews.decide': about(opened, (id) => [
    async () => {
      const { items } = await reviews.rows.query({ id, subject: 'ann' });
      await reviews.decide.mutate({ id, rows: items, decision: 'remove', reason: 'A secret reason' });
    },
    { action: 'review.decide', instance: id, detail: { after: { decision: 'remove', rows: 1 } } },
  ]),
  'reviews.finish': about(opened, (id) => [
    () => reviews.finish.mutate({ id }),
    { action: 'review.finish', instance: id, detail: { after: { removals: 0 } } },
  ]),
  'reviews.close': about(
    after(both(newcomer, opened), async ([subject, id]) => {
      // No attempt gets as far as changing a role, because that change would be recorded too.
      server.permit.faults.add({ method: 'GET', path: '/v2/facts/*', status: 503 });
      const { items } = await reviews.rows.query({ id, subject });
      await reviews.decide.mutate({ id, rows: items, decision: 'remove', reason: 'A secret reason' });
      await reviews.finish.mutate({ id });
    }),
    ([, id]) => [
      () => reviews.close.mutate({ id }),
      { action: 'review.close', instance: id, detail: { after: { givenUp: 1 } } },
    ],
  ),
  'reviews.addNote': about(closedReview, (id) => [
    () => reviews.addNote.mutate({ id, text: 'A secret note' }),
    { action: 'review.note', instance: id },
  ]),
  'requests.approve': about(asked, ({ key, id }) => [
    () => requests.approve.mutate({ id, duration: 600 }),
    {
      action: 'request.approve',
      subject: key,
      ...change({ status: 'open' }, { status: 'approved', request: id, duration: 600 }),
    },
  ]),
  'requests.refuse': about(asked, ({ key, id }) => [
    () => requests.refuse.mutate({ id, note: 'A secret note' }),
    {
      action: 'request.refuse',
      subject: key,
      ...change({ status: 'open' }, { status: 'refused', request: id, role: 'editor' }),
    },
  ]),
  'requests.undo': async () => {
    const { key, id } = await asked();
    const { decidedAt } = await requests.refuse.mutate({ id });
    return [
      () => requests.undo.mutate({ id, decidedAt: decidedAt ?? '' }),
      {
        action: 'request.undo',
        subject: key,
        ...change({ status: 'refused' }, { status: 'open', request: id }),
      },
    ];
  },
  'applications.allow': about(
    () => connected(boss, acme),
    ({ subject, clientId }) => [
      twice(() => inAcme.applications.allow.mutate({ clientId })),
      { action: 'application.allow', subject, ...aboutApplication(clientId) },
      inAcme,
    ],
  ),
  'applications.disconnect': about(
    () => connected('ada'),
    ({ subject, clientId }) => [
      twice(() => applications.disconnect.mutate({ clientId })),
      { action: 'application.disconnect', subject, ...aboutApplication(clientId) },
    ],
  ),
  'applications.disconnectPerson': about(
    async () => connected(await newcomer()),
    (target) => [
      twice(() => applications.disconnectPerson.mutate(target)),
      { action: 'application.disconnect', subject: target.subject, ...aboutApplication(target.clientId) },
    ],
  ),
  'applications.block': about(
    () => connected('ada'),
    ({ clientId }) => [
      twice(() => applications.block.mutate({ clientId, reason: 'A secret reason' })),
      { action: 'application.block', subject: null, ...aboutApplication(clientId) },
    ],
  ),
  'applications.unblock': about(
    after(
      () => connected('ada'),
      ({ clientId }) => applications.block.mutate({ clientId }),
    ),
    ({ clientId }) => [
      () => applications.unblock.mutate({ clientId }),
      { action: 'application.unblock', subject: null, ...aboutApplication(clientId) },
    ],
  ),
  'invitations.create': async () => [
    () => invitations.create.mutate({ emails: ['new@example.test', 'no address'] }),
    {
      action: 'invitation.create',
      tenant: acme,
      resource: 'invitations',
      instance: expect.any(String),
      detail: { after: { roles: [], mail: 'no-connector' } },
    },
    inAcme,
  ],
  'invitations.resend': about(invited, (id) => [
    () => invitations.resend.mutate({ id }),
    { action: 'invitation.resend', instance: id, outcome: 'failed', reason: 'no-connector' },
    inAcme,
  ]),
  'invitations.revoke': about(invited, (id) => [
    () => invitations.revoke.mutate({ id }),
    { action: 'invitation.revoke', instance: id, ...change({ status: 'pending' }, { status: 'revoked' }) },
    inAcme,
  ]),
  'invitations.accept': async () => {
    const email = `joe-${++count}@example.test`;
    const joe = await logto.newUser({ name: 'Joe', primaryEmail: email });
    const id = await invited(email);
    const client = await server.asNewcomer(joe);
    return [
      twice(() => client.invitations.accept.mutate({ id })),
      { action: 'invitation.accept', tenant: acme, actor: joe, subject: joe, instance: id },
      inAcme,
    ];
  },
  'sync.replay': async () => {
    const id = `dead-${++count}`;
    const subject = 'user:nobody';
    const row = { id, event: 'User.Data.Updated', body: '', status: 'failed', subjects: [subject] } as const;
    await server.db.insert(webhookDeliveries).values({ ...row, subjects: [subject] });
    await server.db.insert(deliverySubjects).values({ deliveryId: id, subject });
    return [
      () => sync.replay.mutate({ ids: [id] }),
      { action: 'sync.replay', detail: { after: { replayed: 1 } } },
    ];
  },
  'audit.report': async () => {
    const reported = { action: 'role.assign', tenant: acme, subject: 'zoe' } as const;
    return [
      () => admin.audit.report.mutate({ ...reported, after: { role: 'admin' } }),
      { ...reported, channel: 'cli', actor: 'ada', detail: { after: { role: 'admin' } } },
      inAcme,
    ];
  },
  'sync.pause': async () => [
    twice(() => sync.pause.mutate()),
    { action: 'sync.pause', ...change({ paused: false }, { paused: true }) },
  ],
  'sync.resume': async () => [
    () => sync.resume.mutate(),
    { action: 'sync.resume', ...change({ paused: true }, { paused: false }) },
  ],
  'sync.reconcile': async () => [
    () => sync.reconcile.mutate({ dryRun: true }),
    {
      action: 'sync.reconcile',
      resource: 'runs',
      instance: expect.any(String),
      detail: { after: { dryRun: true, force: false } },
    },
  ],
};

const without = {
  'session.gates': 'asks questions, of which many do not fit into an address',
  'setup.dismiss': 'hides a checklist in the console',
  'audit.saveView': 'names a filter of its owner, who can read the log anyway: no access changes',
  'notifications.markRead': 'stores what one user has read, for that user only',
  'notifications.markAllRead': 'the same',
  'requests.chooseMail': 'stores which emails one user wants, for that user only',
  'reviews.retry': 'repeats removals that were recorded when the review was finished',
  'audit.renameView': 'the same',
  'audit.removeView': 'the same',
} as const;

test('every mutation records an event or is in the list of exceptions', () => {
  const mutations = proceduresOf(server)
    .filter(({ type }) => type === 'mutation')
    .map(({ path }) => path);
  expect([...Object.keys(cases), ...Object.keys(without)].toSorted()).toEqual(mutations.toSorted());
});

test.each(Object.keys(cases))(
  '%s records one event with the actor, the action and the subject, and no private text',
  async (path) => {
    const [call, event, reader = admin] = (await cases[path]?.()) ?? [async () => {}, {}];
    const made = await changesOf(call, reader);
    const actor = reader === inAcme ? boss : 'ada';
    const expected = {
      outcome: 'done',
      kind: 'change',
      channel: 'console',
      actorKind: 'person',
      actor,
      ...event,
    };
    expect(made).toMatchObject([expected]);
    expect(made[0]?.requestId).toMatch(/^[\da-f-]{36}$/);
    expect(JSON.stringify(made)).not.toMatch(/secret|@example|@mail|Quarterly/);
  },
);

// An actor cannot end a view of their subject, and accepts no invitation and allows no application for them.
const refused = ['viewAs.end', 'invitations.accept', 'applications.allow'];
const byActors = proceduresOf(server).flatMap(({ path, isInPerson }) =>
  path in cases && !isInPerson && !refused.includes(path) ? path : [],
);

test.each(byActors)(
  '%s by an actor records the actor and the subject of their token, and is found by either',
  async (path) => {
    const [call, event, reader = admin] = (await cases[path]?.()) ?? [async () => {}, {}];
    isActing = true;
    const [made, ...others] = await changesOf(() => call().finally(() => (isActing = false)), reader);
    expect(others).toEqual([]);
    const { subject: principal } = Object(made?.detail).actsFor;
    expect(made).toMatchObject({ action: Object(event).action, actor: 'ann' });
    expect(principal).toBe(path.startsWith('invitations.') ? boss : (Object(event).actor ?? 'ada'));
    expect([principal, Object(event).subject]).toContainEqual(made?.subject);
    const filters = [{ person: 'ann' }, { person: principal }, { subject: principal }, { actor: 'ann' }];
    for (const filter of filters) {
      const { events } = await reader.audit.list.query({ ...filter, kind: 'change', limit: 5 });
      expect([filter, events.filter(({ id }) => id === made?.id).length]).toEqual([filter, 1]);
      const bars = await reader.audit.histogram.query({
        ...filter,
        kind: 'change',
        from: new Date(Date.now() - 3_600_000).toISOString(),
        to: new Date(Date.now() + 60_000).toISOString(),
      });
      expect(bars.bars.length).toBeGreaterThan(0);
    }
    const stranger = await reader.audit.list.query({ person: principal, subject: 'nobody' });
    expect(stranger.events).toEqual([]);
  },
);

test('records no event when nothing changes: a role already held, a conflict, invalid input', async () => {
  const subject = await newcomer();
  const { id } = await asked();
  await admin.requests.refuse.mutate({ id });
  const report = await draft();
  await admin.reports.publish.mutate({ id: report });
  const made = await changesOf(async () => {
    await admin.members.unassign.mutate({ subject, role: 'editor' });
    await refusal(admin.members.unassign.mutate({ subject: 'ada', role: 'admin' }));
    await refusal(admin.requests.approve.mutate({ id }));
    await admin.reports.publish.mutate({ id: report });
    await admin.reports.classify.mutate({ id: report, classification: 'normal' });
    await admin.sync.replay.mutate({ ids: ['none'] });
    await refusal(other.reports.create.mutate({ title: 'Mine', kind: 'access-review' }));
  });
  expect(made).toEqual([]);
});

test('records the CLI as the channel of its calls', async () => {
  const token = await server.issuer.sign({ sub: 'ada' });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const call = (name: string) =>
    fetch(`${server.url}/api/trpc/sync.${name}`, {
      method: 'POST',
      headers: { ...headers, 'x-latchkey-channel': 'cli' },
    });
  const made = await changesOf(async () => {
    await call('pause');
    await call('resume');
  });
  expect(made).toMatchObject([
    { action: 'sync.pause', channel: 'cli', actor: 'ada' },
    { action: 'sync.resume', channel: 'cli', actor: 'ada' },
  ]);
});

test('records a change that Permit refused as failed, with the code', async () => {
  const subject = await newcomer();
  const gone = await collection();
  const made = await changesOf(async () => {
    server.permit.faults.add({ method: 'POST', path: '/v2/facts/*', status: 403 });
    server.permit.faults.add({ method: 'DELETE', path: '/v2/facts/*', status: 403 });
    await refusal(admin.members.assign.mutate({ subject, role: 'editor' }));
    await refusal(admin.collections.remove.mutate({ id: gone }));
    server.permit.faults.clear();
  });
  const failed = { outcome: 'failed', reason: 'DIRECTORY_UNAVAILABLE' };
  expect(made).toMatchObject([
    { ...failed, action: 'role.assign', subject },
    { ...failed, action: 'collection.delete', instance: gone },
  ]);
});

test('records what Permit has after a call with an unknown effect', async () => {
  const [made, notMade] = [await newcomer(), await newcomer()];
  server.permit.faults.add({ method: 'POST', path: '/v2/facts/*', drop: true });
  for (const subject of [made, notMade])
    expect(await codeOf(admin.members.assign.mutate({ subject, role: 'editor' }))).toBe(
      'DIRECTORY_UNAVAILABLE',
    );
  server.permit.faults.clear();
  // Simulates that a call without an answer takes effect.
  await server.directory.assignRole({ user: made, role: 'editor', tenant: 'default' });
  const begun = () => server.db.select({ event: auditBegun.event }).from(auditBegun);
  const unknown = { event: expect.objectContaining({ reason: 'DIRECTORY_UNAVAILABLE' }) };
  await waitFor(async () => expect(await begun()).toEqual([unknown, unknown]));
  // Simulates that minutes have passed.
  await server.db.update(auditBegun).set({ begunAt: sql`now() - interval '10 minutes'` });
  const next = await startTestServer({ databaseUrl: server.databaseUrl, upstreams: server });
  await waitFor(async () => expect(await begun()).toEqual([]));
  await next.close();
  const { events } = await admin.audit.list.query({ actions: ['role.assign'] });
  const of = (subject: string) => events.filter((event) => event.subject === subject);
  expect(of(made)).toMatchObject([{ actor: 'ada', outcome: 'done', reason: null }]);
  expect(of(notMade)).toMatchObject([{ actor: 'ada', outcome: 'failed', reason: 'DIRECTORY_UNAVAILABLE' }]);
});

const orderOf = ({ action, detail }: { readonly action: string; readonly detail: unknown }): string =>
  `${action} ${JSON.stringify(detail)}`;

test('records changes by sync with the subject, the tenant of the role and the trigger', async () => {
  const id = await logto.newUser({ name: 'Secret', primaryEmail: 'secret@example.test' });
  // The run removes roles unknown to Logto, including those of every user who could read this through the console.
  const read = async () => {
    await server.audit.flush();
    const events = await server.db
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.channel, 'sync'))
      .orderBy(auditEvents.id);
    return events.filter(({ subject }) => subject === id);
  };
  const synced = async (work: () => Promise<unknown>, expected: readonly object[]) => {
    const known = (await read()).length;
    await work();
    await waitFor(async () => {
      const made = (await read()).slice(known);
      // Events within the same millisecond are unordered.
      const inOrder = made.toSorted((one, other) => orderOf(one).localeCompare(orderOf(other)));
      expect(inOrder).toMatchObject(expected.map((event) => ({ outcome: 'done', actor: null, ...event })));
      expect(JSON.stringify(made)).not.toMatch(/@example|Secret/);
    });
  };
  const roles = { after: { role: 'viewer' } };
  await synced(
    async () => (await server.asNewcomer(id)).session.me.query(),
    [
      { action: 'role.assign', subject: id, detail: { ...roles, cause: { kind: 'first-call' } } },
      { action: 'user.create', subject: id, tenant: 'default', detail: { cause: { kind: 'first-call' } } },
    ],
  );
  // Otherwise a pending check of the user would find the change below before its delivery is processed.
  await waitFor(async () => {
    const jobs = await server.db.execute(
      sql`select from pgboss.job where singleton_key = ${`user:${id}`} and state in ('created', 'retry', 'active')`,
    );
    expect(jobs.rowCount).toBe(0);
  });
  await logto.manage('PATCH', `/users/${id}`, { name: 'Another Secret' });
  const body = JSON.stringify({
    event: 'User.Data.Updated',
    hookId: 'hook',
    createdAt: new Date().toISOString(),
    data: { id },
  });
  const delivery = { kind: 'delivery', id: createHash('sha256').update(body).digest('hex') };
  await synced(
    () => deliver(server.url, body),
    [{ action: 'user.update', subject: id, detail: { cause: delivery } }],
  );
  await logto.join(acme, id, 'admin');
  await synced(
    () => admin.sync.reconcile.mutate({ force: true }),
    ['admin', 'viewer'].map((role) => ({
      action: 'role.assign',
      tenant: acme,
      detail: { after: { role }, cause: { kind: 'run', id: expect.any(String) } },
    })),
  );
});
