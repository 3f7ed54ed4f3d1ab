import { randomUUID } from 'node:crypto';
import { gatesOf } from '@latchkey/permissions/trpc';
import type { Permit } from 'permitio';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { collections, reports } from './features/reports/tables.ts';
import { accessRequests } from './features/requests/tables.ts';
import { callProcedure, typeOf } from './testing/call-procedure.ts';
import { permitSdk } from './testing/permit-sdk.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const roles = [undefined, 'viewer', 'editor', 'admin'] as const;
const tenants = ['default', 'acme'] as const;

/**
 * Every combination of a role in each tenant and a token for one of them. The administrator of `default` is the
 * operator.
 */
const callers = roles.flatMap((inDefault) =>
  roles.flatMap((inAcme) => tenants.map((tenant) => ({ inDefault, inAcme, tenant }))),
);

let server: TestServer;
let sdk: Permit;
beforeAll(async () => {
  server = await startTestServer();
  sdk = permitSdk(server.permit);
  await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
});
afterAll(() => server.close());

/** The ids of another user's report, collection and access request in the tenant. */
interface Found {
  readonly report: string;
  /** Deleted by the caller. */
  readonly deleted: string;
  readonly collection: string;
  readonly request: string;
}

const target = { kind: 'role', role: 'editor' };

/** The input of each gated procedure; gates for a report or a request read its `id`. */
const inputs: Readonly<Record<string, (found: Found) => unknown>> = {
  'members.list': () => ({}),
  'members.counts': () => ({}),
  'members.get': () => ({ subject: 'nobody' }),
  'members.preview': () => ({ subject: 'nobody', role: 'editor', change: 'assign' }),
  'members.assign': () => ({ subject: 'nobody', role: 'editor' }),
  'members.unassign': () => ({ subject: 'nobody', role: 'editor' }),
  'members.changes': () => undefined,
  'collections.list': () => undefined,
  'collections.get': ({ collection }) => ({ id: collection }),
  'collections.create': () => ({ title: 'Board' }),
  'collections.rename': ({ collection }) => ({ id: collection, title: 'Board' }),
  'collections.add': ({ collection, report }) => ({ id: collection, report }),
  'collections.addable': ({ collection }) => ({ id: collection }),
  'collections.take': ({ collection, report }) => ({ id: collection, report }),
  'collections.access': ({ collection }) => ({ id: collection }),
  'collections.shareCandidates': ({ collection }) => ({ id: collection }),
  'collections.sharePreview': ({ collection }) => ({
    id: collection,
    subject: 'nobody',
    role: 'reader',
    change: 'give',
  }),
  'collections.share': ({ collection }) => ({ id: collection, subject: 'nobody', role: 'reader' }),
  'collections.unshare': ({ collection }) => ({ id: collection, subject: 'nobody', role: 'reader' }),
  'collections.remove': ({ collection }) => ({ id: collection }),
  'reports.list': () => ({}),
  'reports.counts': () => ({}),
  'reports.get': ({ report }) => ({ id: report }),
  'reports.compare': ({ report }) => ({ before: report, after: report }),
  'reports.deleted': () => undefined,
  'reports.preview': () => ({ kind: 'denials' }),
  'reports.create': () => ({ title: 'Quarterly review', kind: 'access-review' }),
  'reports.rename': ({ report }) => ({ id: report, title: 'Renamed' }),
  'reports.classify': ({ report }) => ({ id: report, classification: 'normal' }),
  'reports.publish': ({ report }) => ({ id: report }),
  'reports.access': ({ report }) => ({ id: report }),
  'reports.shareCandidates': ({ report }) => ({ id: report }),
  'reports.sharePreview': ({ report }) => ({ id: report, subject: 'nobody', role: 'reader', change: 'give' }),
  'reports.share': ({ report }) => ({ id: report, subject: 'nobody', role: 'reader' }),
  'reports.unshare': ({ report }) => ({ id: report, subject: 'nobody', role: 'reader' }),
  'reports.remove': ({ report }) => ({ id: report }),
  'reports.restore': ({ deleted }) => ({ id: deleted }),
  'policy.holders': () => undefined,
  'policy.drift': () => undefined,
  'policy.impact': () => ({ changes: [{ role: 'viewer', permission: 'audit:view', granted: true }] }),
  'requests.preview': () => ({ target }),
  'requests.create': () => ({ target, reason: 'For the review', duration: null }),
  'requests.withdraw': ({ request }) => ({ id: request }),
  'requests.mine': () => ({}),
  'requests.list': () => ({}),
  'requests.get': ({ request }) => ({ id: request }),
  'requests.refuse': ({ request }) => ({ id: request }),
  'requests.undo': ({ request }) => ({ id: request, decidedAt: new Date().toISOString() }),
  'requests.approve': ({ request }) => ({ id: request }),
  'requests.changes': () => undefined,
  'requests.mails': () => undefined,
  'requests.chooseMail': () => ({ kind: 'asked', isWanted: true }),
  'invitations.options': () => undefined,
  'invitations.list': () => ({}),
  'invitations.create': () => ({ emails: ['ann@example.test'] }),
  'invitations.resend': () => ({ id: 'none' }),
  'invitations.revoke': () => ({ id: 'none' }),
  'invitations.changes': () => undefined,
  'setup.dismiss': () => undefined,
  'audit.list': () => ({}),
  'audit.histogram': () => ({ from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z' }),
  'audit.report': () => ({ action: 'policy.apply', after: { changed: 1 } }),
  'audit.get': () => ({ id: uuidV7() }),
  'audit.changes': () => undefined,
  'audit.views': () => undefined,
  'audit.saveView': () => ({ name: 'Denied', filter: { show: 'denied' } }),
  'audit.renameView': () => ({ id: randomUUID(), name: 'Denied' }),
  'audit.removeView': () => ({ id: randomUUID() }),
  'sync.status': () => undefined,
  'sync.deliveries': () => ({}),
  'sync.delivery': () => ({ id: 'none' }),
  'sync.deadLetters': () => ({}),
  'sync.drift': () => undefined,
  'sync.replay': () => ({ ids: ['none'] }),
  'sync.pause': () => undefined,
  'sync.resume': () => undefined,
  'sync.reconcile': () => ({ dryRun: true }),
  'sync.progress': () => ({ id: randomUUID() }),
  'person.access': () => ({ subject: 'nobody' }),
  'person.sessions': () => ({ subject: 'nobody' }),
  'viewAs.start': () => ({ kind: 'person', subject: 'nobody' }),
  'why.explain': () => ({ person: 'nobody', permission: 'reports:view' }),
};

const Refusal = z.object({
  data: z.object({ latchkey: z.object({ denied: z.looseObject({}).optional() }) }),
});

/** The result of a call in the format of `session.gates`: a 403 is `denied`; anything else passed the gate. */
async function decisionOf(path: string, input: unknown, token: string): Promise<object> {
  const { status, body } = await callProcedure(server, path, { input, token });
  expect(status).toBeLessThan(500);
  // The response of a subscription starts before its gate decides, so the refusal is an event of the stream.
  const [, event] = /^event: serialized-error\ndata: (.+)$/m.exec(body) ?? [];
  if (typeOf(server, path) === 'subscription' && event === undefined) return { state: 'allowed' };
  const refused = Refusal.safeParse(JSON.parse(event ?? body).error ?? JSON.parse(event ?? body)).data;
  const { denied } = refused?.data.latchkey ?? {};
  if (denied === undefined) return { state: 'allowed' };
  const { outcome: _, ...rest } = denied;
  return { state: 'denied', ...rest };
}

test('the table has every procedure with a gate', async () => {
  expect(Object.keys(inputs).toSorted()).toEqual(Object.keys(await gatesOf(server.router)).toSorted());
});

test.each(callers)(
  'session.gates agrees with every procedure: $inDefault in default, $inAcme in acme, a token for $tenant',
  async ({ inDefault, inAcme, tenant }) => {
    const key = randomUUID();
    const assigned = Object.entries({ default: inDefault, acme: inAcme }).flatMap(([of, role]) =>
      role === undefined ? [] : [{ role, tenant: of }],
    );
    await sdk.api.users.create({ key, role_assignments: assigned });
    const found: Found = {
      report: randomUUID(),
      deleted: randomUUID(),
      collection: randomUUID(),
      request: randomUUID(),
    };
    const another = { tenant, title: 'Of another', ownerKey: 'another' };
    const content = { generatedAt: '', members: [] };
    const report = { ...another, status: 'published', kind: 'access-review', content } as const;
    await server.db.insert(reports).values([
      { id: found.report, ...report },
      { id: found.deleted, ...report, deletedBy: key, deletedAt: new Date() },
    ]);
    await server.db.insert(collections).values({ id: found.collection, ...another });
    await server.db.insert(accessRequests).values({
      id: found.request,
      tenant,
      role: 'admin',
      requester: `asks-beside-${key}`,
      reason: 'For the review',
      createdAt: new Date(),
    });
    const organization = tenant === 'default' ? undefined : tenant;
    const client = await server.as(key, organization);
    const token = await server.issuer.sign({ sub: key, organization_id: organization });

    const gates: Record<string, object> = {};
    const calls: Record<string, object> = {};
    for (const [path, inputOf] of Object.entries(inputs)) {
      /* oxlint-disable no-await-in-loop -- sequential: the last call about the report removes it */
      const input = inputOf(found);
      const [answer] = await client.session.gates.mutate([{ path, input }]);
      gates[path] = answer ?? {};
      calls[path] = await decisionOf(path, input, token);
      /* oxlint-enable no-await-in-loop */
    }
    expect(gates).toEqual(calls);
    const operates = tenant === 'default' && inDefault === 'admin';
    expect(calls['sync.status']).toMatchObject({ state: operates ? 'allowed' : 'denied' });
    expect((await client.session.me.query()).permissions.includes('sync:view')).toBe(operates);
    expect((await client.session.gates.mutate([{ permission: 'sync:view' }]))[0]).toEqual(
      calls['sync.status'],
    );
  },
);
