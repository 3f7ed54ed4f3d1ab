import { randomUUID } from 'node:crypto';
import { rolesOf } from '@latchkey/permissions';
import { gatesOf } from '@latchkey/permissions/trpc';
import { policy } from '@latchkey/policy';
import { expect, test } from 'vitest';
import { collections, reports } from './features/reports/tables.ts';
import { reportRow, requestRow, reviewRow } from './testing/rows.ts';
import { accessRequests } from './features/requests/tables.ts';
import { reviews } from './features/reviews/tables.ts';
import { decisionOf, fieldsOf, procedureAt, proceduresOf, inputsOf } from './testing/call-procedure.ts';
import { permitSdk } from './testing/permit-sdk.ts';
import { startTestServer } from './testing/test-server.ts';

const roles = [undefined, ...rolesOf(policy)];
const tenants = ['default', 'acme'] as const;

/** Every combination of a role in each tenant and a token for one of them. */
const callers = roles.flatMap((inDefault) =>
  roles.flatMap((inAcme) => tenants.map((tenant) => ({ inDefault, inAcme, tenant }))),
);

const server = await startTestServer();
const sdk = permitSdk(server.permit);
await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });

interface Found {
  readonly report: string;
  readonly deleted: string;
  readonly collection: string;
  readonly request: string;
  readonly review: string;
}

/** Inputs that cannot be generated from a schema, because their fields depend on one another. */
const furtherInputs: Readonly<Record<string, (found: Found) => unknown>> = {
  'reports.restore': ({ deleted }) => ({ id: deleted }),
  'collections.add': ({ collection, report }) => ({ id: collection, report }),
  'audit.histogram': () => ({ from: '2026-11-01T00:00:00.000Z', to: '2026-11-02T00:00:00.000Z' }),
  'why.explain': () => ({ person: 'nobody', permission: 'reports:view' }),
};

function inputFor(path: string, found: Found): unknown {
  const further = furtherInputs[path];
  if (further !== undefined) return further(found);
  const { report: reports, collection: collections, request: requests, review: reviews } = found;
  const [feature = ''] = path.split('.');
  const id = { reports, collections, requests, reviews }[feature] ?? randomUUID();
  return inputsOf(procedureAt(server, path), [id, new Date().toISOString(), 3_600])[0];
}

const isRemoval = (path: string): boolean => path.endsWith('.remove');

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
      review: randomUUID(),
    };
    const published = { tenant, status: 'published' } as const;
    await server.db
      .insert(reports)
      .values([
        reportRow({ id: found.report, ...published }),
        reportRow({ id: found.deleted, ...published, deletedBy: key, deletedAt: new Date() }),
      ]);
    await server.db
      .insert(collections)
      .values({ id: found.collection, tenant, title: 'Of another', ownerKey: 'another' });
    await server.db
      .insert(accessRequests)
      .values(requestRow({ id: found.request, tenant, role: 'admin', requester: `asks-beside-${key}` }));
    // A review that has not started would be deleted when the caller cancels it.
    await server.db.insert(reviews).values(reviewRow({ id: found.review, tenant, startedAt: new Date() }));
    const organization = tenant === 'default' ? undefined : tenant;
    const client = await server.as(key, organization);
    const token = await server.issuer.sign({ sub: key, organization_id: organization });

    const gates: Record<string, object> = {};
    const calls: Record<string, object> = {};
    const paths = Object.keys(await gatesOf(server.router));
    // Removals come last, because the other calls need the instances.
    for (const path of [...paths.filter((one) => !isRemoval(one)), ...paths.filter(isRemoval)]) {
      const input = inputFor(path, found);
      const [answer] = await client.session.gates.mutate([{ path, input }]);
      gates[path] = answer ?? {};
      calls[path] = await decisionOf(server, { path, input }, { token });
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

/** Users with a role in `default`, a role on each report, or a token for another tenant. */
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
for (const [key, { role }] of Object.entries(people))
  await sdk.api.users.create({ key, role_assignments: role ? [{ role, tenant: 'default' }] : [] });

/** Stores a report like `reports.create`. In `default`, also assigns the roles that `people` have on it. */
async function newReport(status: 'draft' | 'published', tenant = 'default'): Promise<string> {
  const row = reportRow({ status, tenant });
  await server.db.insert(reports).values(row);
  if (tenant !== 'default') return row.id;
  for (const [user, { on }] of Object.entries(people))
    if (on !== undefined)
      await server.directory.assignRole({ user, role: on, tenant, instance: `reports:${row.id}` });
  return row.id;
}

const situations: Record<string, () => Promise<string>> = {
  'a draft': () => newReport('draft'),
  'a published report': () => newReport('published'),
  async 'a removed report'() {
    const id = await newReport('published');
    await (await server.as('admin')).reports.remove.mutate({ id });
    return id;
  },
  'a report of another tenant': () => newReport('published', 'beta'),
  'an unknown id': async () => randomUUID(),
};

/** Their first input is the report's id. Without those that have the same gate as `reports.access`. */
const aboutOneReport = proceduresOf(server).filter(
  ({ path, inputs }) => /^reports\.(?!share|unshare)/.test(path) && fieldsOf(inputs)[0]?.[0] === 'id',
);
const table = aboutOneReport.flatMap((procedure) =>
  Object.keys(situations).map((situation) => ({ ...procedure, situation })),
);

test.each(table)(
  'the gate of $path agrees with the call for $situation, for every user',
  async ({ situation, path, inputs }) => {
    const expected: Record<string, object> = {};
    const decided: Record<string, object> = {};
    for (const [name, { tenant }] of Object.entries(people)) {
      const id = (await situations[situation]?.()) ?? '';
      const [input] = inputsOf({ inputs }, [id]);
      const [answer] = await (await server.as(name, tenant)).session.gates.mutate([{ path, input }]);
      const token = await server.issuer.sign({ sub: name, organization_id: tenant });
      decided[name] = answer ?? {};
      expected[name] = await decisionOf(server, { path, input }, { token, notFound: 'REPORT_NOT_FOUND' });
    }
    expect(decided).toEqual(expected);
  },
);
