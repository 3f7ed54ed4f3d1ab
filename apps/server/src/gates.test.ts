import { randomUUID } from 'node:crypto';
import { gatesOf } from '@latchkey/permissions/trpc';
import { expect, test } from 'vitest';
import { collections, reports } from './features/reports/tables.ts';
import { accessRequests } from './features/requests/tables.ts';
import { reviews } from './features/reviews/tables.ts';
import { decisionOf, procedureAt, inputsOf } from './testing/call-procedure.ts';
import { permitSdk } from './testing/permit-sdk.ts';
import { startTestServer } from './testing/test-server.ts';

const roles = [undefined, 'viewer', 'editor', 'admin'] as const;
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
  return inputsOf(procedureAt(server, path), [id, new Date().toISOString(), 3_600, true])[0];
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
    await server.db.insert(reviews).values({
      id: found.review,
      tenant,
      name: 'Of another',
      scope: { kind: 'all' },
      chosen: { kind: 'role', role: 'admin' },
      status: 'open',
      recurrence: 'none',
      dueAt: new Date(),
      createdBy: 'another',
      createdAt: new Date(),
      // A review that has not started would be deleted when the caller cancels it.
      startedAt: new Date(),
    });
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
