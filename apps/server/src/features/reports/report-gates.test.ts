import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { decisionOf, proceduresOf, inputsOf } from '../../testing/call-procedure.ts';
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

const clients = new Map<string, { readonly client: Client; readonly token: string }>();
const server = await startTestServer();
for (const [name, { role, tenant }] of Object.entries(people)) {
  await server.join({ key: name, role: role ?? 'viewer' });
  if (role === undefined)
    await server.directory.unassignRole({ user: name, role: 'viewer', tenant: 'default' });
  const token = await server.issuer.sign({
    sub: name,
    ...(tenant !== undefined && { organization_id: tenant }),
  });
  clients.set(name, { client: await server.as(name, tenant), token });
}

/** Stores a report like `reports.create`. In `default`, also assigns the roles that `people` have on it. */
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
    await clients.get('admin')?.client.reports.remove.mutate({ id });
    return id;
  },
  'a report of another tenant': () => newReport('published', 'beta'),
  'an unknown id': async () => randomUUID(),
};

/** Procedures that are not about one report, and those with the same gate as `reports.access`. */
const others = 'compare deleted list counts preview create shareCandidates sharePreview share unshare'.split(
  ' ',
);
const table = proceduresOf(server)
  .filter(({ path }) => path.startsWith('reports.') && !others.includes(path.slice('reports.'.length)))
  .flatMap((procedure) => Object.keys(situations).map((situation) => ({ ...procedure, situation })));

test.each(table)(
  'the gate of $path agrees with the call for $situation, for every user',
  async ({ situation, path, inputs }) => {
    const expected: Record<string, object> = {};
    const decided: Record<string, object> = {};
    for (const [name, { client, token }] of clients) {
      const id = (await situations[situation]?.()) ?? '';
      const [input] = inputsOf({ inputs }, [id]);
      const [answer] = await client.session.gates.mutate([{ path, input }]);
      decided[name] = answer ?? {};
      expected[name] = await decisionOf(server, { path, input }, { token, notFound: 'REPORT_NOT_FOUND' });
    }
    expect(decided).toEqual(expected);
  },
);
