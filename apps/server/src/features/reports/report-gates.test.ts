import { randomUUID } from 'node:crypto';
import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import type { AppRouter } from '../../router.ts';
import { proceduresOf } from '../../testing/procedures.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { reports } from './tables.ts';

/** Each user's role in `default`, role on each report, and current tenant. */
const people: Record<string, { readonly role?: string; readonly on?: string; readonly tenant?: string }> = {
  owner: { role: 'editor', on: 'owner' },
  coEditor: { role: 'viewer', on: 'editor' },
  reader: { role: 'viewer', on: 'reader' },
  guest: { on: 'reader' },
  otherEditor: { role: 'editor' },
  viewer: { role: 'viewer' },
  admin: { role: 'admin' },
  stranger: {},
  adminElsewhere: { role: 'admin', tenant: 'acme' },
};

const clients = new Map<string, Client>();
const server = await startTestServer();
for (const [name, { role, tenant }] of Object.entries(people)) {
  await server.directory.provisionUser({ key: name }, { role: role ?? 'viewer', tenant: 'default' });
  if (role === undefined)
    await server.directory.unassignRole({ user: name, role: 'viewer', tenant: 'default' });
  clients.set(name, await server.as(name, tenant));
}

/** Stores a report like `reports.create`, with all users' roles on it. */
async function newReport(status: 'draft' | 'published', tenant = 'default'): Promise<string> {
  const id = randomUUID();
  const content = { generatedAt: '', members: [] };
  await server.db
    .insert(reports)
    .values({ id, tenant, status, content, title: 'T', kind: 'access-review', ownerKey: 'owner' });
  if (tenant !== 'default') return id;
  await Promise.all(
    Object.entries(people).map(async ([user, { on }]) => {
      if (on !== undefined)
        await server.directory.assignRole({ user, role: on, tenant, instance: `reports:${id}` });
    }),
  );
  return id;
}

const situations: Record<string, () => Promise<string>> = {
  'a draft': () => newReport('draft'),
  'a published report': () => newReport('published'),
  'a removed report': async () => {
    const id = await newReport('published');
    await clients.get('admin')?.reports.remove.mutate({ id });
    return id;
  },
  'a report of another tenant': () => newReport('published', 'beta'),
  'an unknown id': async () => randomUUID(),
};

const calls = {
  'reports.get': (client: Client, id: string) => client.reports.get.query({ id }),
  'reports.rename': (client: Client, id: string) => client.reports.rename.mutate({ id, title: 'Renamed' }),
  'reports.classify': (client: Client, id: string) =>
    client.reports.classify.mutate({ id, classification: 'normal' }),
  'reports.publish': (client: Client, id: string) => client.reports.publish.mutate({ id }),
  'reports.unpublish': (client: Client, id: string) => client.reports.unpublish.mutate({ id }),
  'reports.audience': (client: Client, id: string) => client.reports.audience.query({ id }),
  'reports.remove': (client: Client, id: string) => client.reports.remove.mutate({ id }),
  'reports.restore': (client: Client, id: string) => client.reports.restore.mutate({ id }),
  'reports.access': (client: Client, id: string) => client.reports.access.query({ id }),
};

/** Procedures with the gate of `reports.access`. */
const alsoSharing = ['reports.shareCandidates', 'reports.sharePreview', 'reports.share', 'reports.unshare'];

/** The decision of a call, in the format of `session.gates`. */
async function decisionOf(call: Promise<unknown>): Promise<object> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return { state: 'allowed' };
  if (!(error instanceof TRPCClientError)) throw error;
  const { latchkey } = (error as TRPCClientError<AppRouter>).data ?? {}; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the router's own client
  if (latchkey?.code === 'REPORT_NOT_FOUND') return { state: 'unavailable', problem: 'not_found' };
  if (latchkey?.denied === undefined) return { state: 'unavailable' };
  const { outcome: _, ...denied } = latchkey.denied;
  return { state: 'denied', ...denied };
}

const table = Object.keys(situations).flatMap((situation) =>
  Object.entries(calls).map(([path, call]) => ({ situation, path, call })),
);

test.each(table)(
  'the gate of $path agrees with the call for $situation, for every user',
  async ({ situation, path, call }) => {
    const expected: Record<string, object> = {};
    const decided: Record<string, object> = {};
    for (const [name, client] of clients) {
      const id = (await situations[situation]?.()) ?? '';
      const [answer] = await client.session.gates.mutate([{ path, input: { id } }]);
      decided[name] = answer ?? {};
      expected[name] = await decisionOf(call(client, id));
    }
    expect(decided).toEqual(expected);
  },
);

test('the table has every procedure about one report', () => {
  const procedures = proceduresOf(server)
    .map(({ path }) => path)
    .filter((path) => path.startsWith('reports.'));
  const others = [
    'reports.compare',
    'reports.deleted',
    'reports.list',
    'reports.counts',
    'reports.preview',
    'reports.create',
    ...alsoSharing,
  ];
  expect([...Object.keys(calls), ...others].toSorted()).toEqual(procedures.toSorted());
});
