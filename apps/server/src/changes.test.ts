import { createHash } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { auditBegun, auditEvents } from './features/audit/tables.ts';
import { deliverySubjects, webhookDeliveries } from './features/sync/tables.ts';
import { deliver } from './testing/deliver.ts';
import { permitSdk } from './testing/permit-sdk.ts';
import { refusal } from './testing/refusal.ts';
import { startTestLogto, type TestLogto } from './testing/test-logto.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';
import { waitFor } from './testing/wait-for.ts';

type Client = Awaited<ReturnType<TestServer['as']>>;
type Event = Awaited<ReturnType<Client['audit']['list']['query']>>['events'][number];

let logto: TestLogto;
let server: TestServer;
let acme: string;
let admin: Client;
let other: Client;
let inAcme: Client;
beforeAll(async () => {
  // Its deliveries have no receiver.
  logto = await startTestLogto();
  await logto.loseDeliveries();
  server = await startTestServer({ logto: logto.management, consoleUrl: 'https://console.example' });
  acme = await logto.newOrganization('Acme');
  const sdk = permitSdk(server.permit);
  await sdk.api.tenants.create({ key: acme, name: 'Acme' });
  await person('ada', 'admin');
  await person('ann', 'viewer');
  const boss = await logto.newUser({ name: 'Boss' });
  await person(boss, 'admin', acme);
  admin = await server.as('ada');
  other = await server.as('ann');
  inAcme = await server.as(boss, acme);
});
afterAll(async () => {
  await server.close();
  await logto.close();
});
afterEach(() => server.permit.faults.clear());

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
    return events.filter(({ channel }) => channel !== 'sync');
  };
  const known = new Set((await list()).map(({ id }) => id));
  await work();
  // Changes that remain there are stored as interrupted.
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
  const request = await (
    await server.as(key)
  ).requests.create.mutate({
    target,
    reason: 'A secret reason',
    duration: 3_600,
  });
  return { key, id: request.id };
};
const invited = async (email = `ivy-${++count}@example.test`) => {
  const [one] = await inAcme.invitations.create.mutate({ emails: [email] });
  if (one?.outcome !== 'invited') throw new TypeError(`${email} is not invited`);
  return one.invitation.id;
};

/** Prepares a mutation, and returns the call and the event that it should record. */
type Case = () => Promise<{
  readonly call: () => Promise<unknown>;
  readonly event: object;
  /** The client that reads the event. */
  readonly reader?: Client;
}>;

const cases: Readonly<Record<string, Case>> = {
  'members.assign': async () => {
    const subject = await newcomer();
    const roles = { before: { roles: ['viewer'] }, after: { roles: ['viewer', 'editor'] } };
    return {
      call: () => admin.members.assign.mutate({ subject, role: 'editor' }),
      event: { action: 'role.assign', actor: 'ada', subject, detail: roles },
    };
  },
  'viewAs.start': async () => {
    const subject = await newcomer();
    return {
      call: () => admin.viewAs.start.mutate({ kind: 'person', subject }),
      event: {
        action: 'view-as.start',
        actor: 'ada',
        subject,
        detail: { after: { until: expect.any(String) } },
      },
    };
  },
  'viewAs.end': async () => {
    const { id } = await admin.viewAs.start.mutate({ kind: 'role', role: 'editor' });
    return {
      call: async () => {
        await admin.viewAs.end.mutate({ id });
        await admin.viewAs.end.mutate({ id });
      },
      event: {
        action: 'view-as.end',
        actor: 'ada',
        subject: null,
        detail: { after: { end: 'hand', role: 'editor' } },
      },
    };
  },
  'members.unassign': async () => {
    const subject = await newcomer();
    await admin.members.assign.mutate({ subject, role: 'editor' });
    return {
      call: () => admin.members.unassign.mutate({ subject, role: 'editor' }),
      event: {
        action: 'role.unassign',
        subject,
        detail: { before: { roles: expect.arrayContaining(['editor']) }, after: { roles: ['viewer'] } },
      },
    };
  },
  'reports.create': async () => ({
    call: draft,
    event: {
      action: 'report.create',
      resource: 'reports',
      instance: expect.stringMatching(/^[\da-f-]{36}$/),
      detail: { after: { status: 'draft', kind: 'access-review' } },
    },
  }),
  'reports.rename': async () => {
    const id = await draft();
    return {
      call: () => admin.reports.rename.mutate({ id, title: 'Secret' }),
      event: { action: 'report.rename', instance: id, detail: null },
    };
  },
  'reports.classify': async () => {
    const id = await draft();
    return {
      call: () => admin.reports.classify.mutate({ id, classification: 'confidential' }),
      event: {
        action: 'report.classify',
        instance: id,
        detail: { before: { classification: 'normal' }, after: { classification: 'confidential' } },
      },
    };
  },
  'reports.publish': async () => {
    const id = await draft();
    return {
      call: () => admin.reports.publish.mutate({ id }),
      event: {
        action: 'report.publish',
        instance: id,
        detail: { before: { status: 'draft' }, after: { status: 'published' } },
      },
    };
  },
  'reports.remove': async () => {
    const id = await draft();
    return {
      call: () => admin.reports.remove.mutate({ id }),
      event: { action: 'report.delete', instance: id, detail: { before: { status: 'draft' } } },
    };
  },
  'reports.restore': async () => {
    const id = await draft();
    await admin.reports.remove.mutate({ id });
    return {
      call: () => admin.reports.restore.mutate({ id }),
      event: { action: 'report.restore', instance: id, detail: { after: { status: 'draft' } } },
    };
  },
  'reports.share': async () => {
    const id = await draft();
    const subject = await newcomer();
    return {
      call: async () => {
        await admin.reports.share.mutate({ id, subject, role: 'editor' });
        await admin.reports.share.mutate({ id, subject, role: 'editor' });
      },
      event: {
        action: 'share.give',
        actor: 'ada',
        subject,
        resource: 'reports',
        instance: id,
        detail: { before: { roles: [] }, after: { roles: ['editor'] } },
      },
    };
  },
  'reports.unshare': async () => {
    const id = await draft();
    const subject = await newcomer();
    await admin.reports.share.mutate({ id, subject, role: 'reader' });
    return {
      call: () => admin.reports.unshare.mutate({ id, subject, role: 'reader' }),
      event: {
        action: 'share.take',
        subject,
        instance: id,
        detail: { before: { roles: ['reader'] }, after: { roles: [] } },
      },
    };
  },
  'collections.create': async () => ({
    call: collection,
    event: { action: 'collection.create', resource: 'collections', instance: expect.any(String) },
  }),
  'collections.rename': async () => {
    const id = await collection();
    return {
      call: () => admin.collections.rename.mutate({ id, title: 'A secret title' }),
      event: { action: 'collection.rename', instance: id },
    };
  },
  'collections.add': async () => {
    const [id, report] = [await collection(), await draft()];
    return {
      call: async () => {
        await admin.collections.add.mutate({ id, report });
        await admin.collections.add.mutate({ id, report });
      },
      event: { action: 'collection.add', instance: id, detail: { after: { report } } },
    };
  },
  'collections.take': async () => {
    const [id, report] = [await collection(), await draft()];
    await admin.collections.add.mutate({ id, report });
    return {
      call: async () => {
        await admin.collections.take.mutate({ id, report });
        await admin.collections.take.mutate({ id, report });
      },
      event: { action: 'collection.take', instance: id, detail: { before: { report } } },
    };
  },
  'collections.remove': async () => {
    const id = await collection();
    return {
      call: () => admin.collections.remove.mutate({ id }),
      event: { action: 'collection.delete', instance: id },
    };
  },
  'collections.share': async () => {
    const [id, subject] = [await collection(), await newcomer()];
    return {
      call: () => admin.collections.share.mutate({ id, subject, role: 'reader' }),
      event: { action: 'share.give', subject, resource: 'collections', instance: id },
    };
  },
  'collections.unshare': async () => {
    const [id, subject] = [await collection(), await newcomer()];
    await admin.collections.share.mutate({ id, subject, role: 'reader' });
    return {
      call: () => admin.collections.unshare.mutate({ id, subject, role: 'reader' }),
      event: { action: 'share.take', subject, resource: 'collections', instance: id },
    };
  },
  'requests.create': async () => ({
    call: asked,
    event: {
      action: 'request.create',
      actor: expect.stringMatching(/^person-/),
      subject: expect.stringMatching(/^person-/),
      detail: { after: { status: 'open', role: 'editor', duration: 3_600 } },
    },
  }),
  'requests.withdraw': async () => {
    const { key, id } = await asked();
    return {
      call: async () => (await server.as(key)).requests.withdraw.mutate({ id }),
      event: {
        action: 'request.withdraw',
        actor: key,
        subject: key,
        detail: { before: { status: 'open' }, after: { status: 'withdrawn', request: id } },
      },
    };
  },
  'requests.approve': async () => {
    const { key, id } = await asked();
    return {
      call: () => admin.requests.approve.mutate({ id, duration: 600 }),
      event: {
        action: 'request.approve',
        actor: 'ada',
        subject: key,
        detail: { before: { status: 'open' }, after: { status: 'approved', request: id, duration: 600 } },
      },
    };
  },
  'requests.refuse': async () => {
    const { key, id } = await asked();
    return {
      call: () => admin.requests.refuse.mutate({ id, note: 'A secret note' }),
      event: {
        action: 'request.refuse',
        subject: key,
        detail: { before: { status: 'open' }, after: { status: 'refused', request: id, role: 'editor' } },
      },
    };
  },
  'requests.undo': async () => {
    const { key, id } = await asked();
    const { decidedAt } = await admin.requests.refuse.mutate({ id });
    return {
      call: () => admin.requests.undo.mutate({ id, decidedAt: decidedAt ?? '' }),
      event: {
        action: 'request.undo',
        subject: key,
        detail: { before: { status: 'refused' }, after: { status: 'open', request: id } },
      },
    };
  },
  'invitations.create': async () => ({
    call: () => inAcme.invitations.create.mutate({ emails: ['new@example.test', 'no address'] }),
    reader: inAcme,
    event: {
      action: 'invitation.create',
      tenant: acme,
      resource: 'invitations',
      instance: expect.any(String),
      detail: { after: { roles: [], mail: 'no-connector' } },
    },
  }),
  'invitations.resend': async () => {
    const id = await invited();
    return {
      call: () => inAcme.invitations.resend.mutate({ id }),
      reader: inAcme,
      event: { action: 'invitation.resend', instance: id, outcome: 'failed', reason: 'no-connector' },
    };
  },
  'invitations.revoke': async () => {
    const id = await invited();
    return {
      call: () => inAcme.invitations.revoke.mutate({ id }),
      reader: inAcme,
      event: {
        action: 'invitation.revoke',
        instance: id,
        detail: { before: { status: 'pending' }, after: { status: 'revoked' } },
      },
    };
  },
  'invitations.accept': async () => {
    const email = `joe-${++count}@example.test`;
    const joe = await logto.newUser({ name: 'Joe', primaryEmail: email });
    const id = await invited(email);
    const client = await server.asNewcomer(joe);
    return {
      call: async () => {
        await client.invitations.accept.mutate({ id });
        await client.invitations.accept.mutate({ id });
      },
      reader: inAcme,
      event: { action: 'invitation.accept', tenant: acme, actor: joe, subject: joe, instance: id },
    };
  },
  'sync.replay': async () => {
    const id = `dead-${++count}`;
    await server.db.insert(webhookDeliveries).values({
      id,
      event: 'User.Data.Updated',
      body: '',
      status: 'failed',
      subjects: ['user:nobody'],
    });
    await server.db.insert(deliverySubjects).values({ deliveryId: id, subject: 'user:nobody' });
    return {
      call: () => admin.sync.replay.mutate({ ids: [id] }),
      event: { action: 'sync.replay', detail: { after: { replayed: 1 } } },
    };
  },
  'audit.report': async () => ({
    call: () =>
      admin.audit.report.mutate({
        action: 'role.assign',
        tenant: acme,
        subject: 'zoe',
        after: { role: 'admin' },
      }),
    reader: inAcme,
    event: {
      action: 'role.assign',
      channel: 'cli',
      actor: 'ada',
      tenant: acme,
      subject: 'zoe',
      detail: { after: { role: 'admin' } },
    },
  }),
  'sync.pause': async () => ({
    call: async () => {
      await admin.sync.pause.mutate();
      await admin.sync.pause.mutate();
    },
    event: { action: 'sync.pause', detail: { before: { paused: false }, after: { paused: true } } },
  }),
  'sync.resume': async () => ({
    call: () => admin.sync.resume.mutate(),
    event: { action: 'sync.resume', detail: { before: { paused: true }, after: { paused: false } } },
  }),
  'sync.reconcile': async () => ({
    call: () => admin.sync.reconcile.mutate({ dryRun: true }),
    event: {
      action: 'sync.reconcile',
      resource: 'runs',
      instance: expect.any(String),
      detail: { after: { dryRun: true, force: false } },
    },
  }),
};

/** Mutations whose changes are not audited. */
const without = {
  'session.gates': 'asks questions, of which many do not fit into an address',
  'setup.dismiss': 'hides a checklist in the console',
  'audit.saveView':
    'names a filter for its owner alone, who may read the log anyhow: nobody gains or loses a right',
  'notifications.markRead': 'is about what somebody has seen, for them alone',
  'notifications.markAllRead': 'the same',
  'requests.chooseMail': 'says which mails somebody wants, for them alone',
  'audit.renameView': 'the same',
  'audit.removeView': 'the same',
} as const;

test('every mutation records an event or is in the list of exceptions', () => {
  const mutations = Object.entries(server.router._def.procedures)
    .filter(([, procedure]) => Object(procedure)._def.type === 'mutation')
    .map(([path]) => path);
  expect([...Object.keys(cases), ...Object.keys(without)].toSorted()).toEqual(mutations.toSorted());
});

test.each(Object.keys(cases))(
  '%s records one event with the actor, the action and the subject, and no private text',
  async (path) => {
    const { call, event, reader = admin } = (await cases[path]?.()) ?? { call: async () => {}, event: {} };
    const made = await changesOf(call, reader);
    const expected = { outcome: 'done', kind: 'change', channel: 'console', actorKind: 'person', ...event };
    expect(made).toMatchObject([expected]);
    expect(made[0]?.requestId).toMatch(/^[\da-f-]{36}$/);
    expect(JSON.stringify(made)).not.toMatch(/secret|@example|@mail|Quarterly/);
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
  /** `expected` lists action and detail. */
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
  // Otherwise a pending check would see the change before the delivery is processed.
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
  await logto.manage('POST', `/organizations/${acme}/users`, { userIds: [id] });
  await logto.manage('POST', `/organizations/${acme}/users/${id}/roles`, { organizationRoleIds: ['admin'] });
  await synced(
    () => admin.sync.reconcile.mutate({ force: true }),
    ['admin', 'viewer'].map((role) => ({
      action: 'role.assign',
      tenant: acme,
      detail: { after: { role }, cause: { kind: 'run', id: expect.any(String) } },
    })),
  );
});
