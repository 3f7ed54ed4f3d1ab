import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { api, emulate } from './testing/with-emulator.ts';
import type { Emulator, Seed } from './index.ts';

/*
 * The indexes that every change updates must agree with those of a new emulator that starts from a snapshot.
 */

const users = ['ann', 'bob'];
const tenants = ['t1', 't2'];
const seed: Seed = {
  resources: [
    {
      key: 'folder',
      name: 'Folder',
      actions: { read: {} },
      relations: { parent: 'folder' },
      roles: {
        viewer: {
          name: 'Viewer',
          permissions: ['read'],
          granted_to: {
            users_with_role: [{ role: 'viewer', on_resource: 'folder', linked_by_relation: 'parent' }],
          },
        },
      },
    },
  ],
  roles: [
    { key: 'viewer', name: 'Viewer', permissions: ['folder:read'] },
    { key: 'editor', name: 'Editor', extends: ['viewer'] },
  ],
  tenants: tenants.map((key) => ({ key, name: key })),
};

interface Step {
  readonly at: string;
  readonly body?: unknown;
}

const user = fc.constantFrom(...users);
const tenant = fc.constantFrom(...tenants);
const folder = fc.constantFrom('folder:a', 'folder:b', 'folder:c');
const facts = '/v2/facts/...';
const creation: fc.Arbitrary<Step> = fc.oneof(
  user.map((key) => ({ at: `PUT ${facts}/users/${key}`, body: { key } })),
  tenant.map((key) => ({ at: `POST ${facts}/tenants`, body: { key, name: key } })),
  fc
    .record({ user, role: fc.constantFrom('viewer', 'editor'), tenant })
    .map((body) => ({ at: `POST ${facts}/role_assignments`, body })),
  fc.record({ user, role: fc.constant('viewer'), tenant, resource_instance: folder }).map((body) => ({
    at: `POST ${facts}/role_assignments`,
    body,
  })),
  fc.record({ subject: folder, object: folder, tenant }).map((ends) => ({
    at: `POST ${facts}/relationship_tuples`,
    body: { relation: 'parent', ...ends },
  })),
);
const removal: fc.Arbitrary<Step> = fc.oneof(
  user.map((key) => ({ at: `DELETE ${facts}/users/${key}` })),
  user.map((key) => ({ at: `DELETE ${facts}/bulk/users`, body: { idents: [key] } })),
  tenant.map((key) => ({ at: `DELETE ${facts}/tenants/${key}` })),
  folder.map((key) => ({ at: `DELETE ${facts}/resource_instances/${key}` })),
  fc.constant({ at: 'DELETE /v2/schema/.../resources/folder/roles/viewer' }),
  fc.constant({ at: 'DELETE /v2/schema/.../roles/viewer' }),
  fc
    .record({ user, role: fc.constantFrom('viewer', 'editor'), tenant })
    .map((body) => ({ at: `DELETE ${facts}/role_assignments`, body })),
  fc
    .record({ user, role: fc.constant('viewer'), resource_instance: folder })
    .map((body) => ({ at: `DELETE ${facts}/role_assignments`, body })),
  fc.record({ subject: folder, object: folder }).map((ends) => ({
    at: `DELETE ${facts}/relationship_tuples`,
    body: { relation: 'parent', ...ends },
  })),
);
/** Long enough that facts affect each other and some of them remain. */
const steps = fc.array(fc.oneof({ weight: 4, arbitrary: creation }, { weight: 1, arbitrary: removal }), {
  minLength: 20,
  maxLength: 40,
  size: 'max',
});

async function answers({ pdpUrl, keys }: Emulator): Promise<unknown[]> {
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const headers = { authorization: `Bearer ${keys.environment}`, 'content-type': 'application/json' };
    return (await fetch(pdpUrl + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  };
  const checks = ['folder:a', 'folder:b', 'folder:c'].map((object) => ({
    type: 'folder',
    key: object.slice('folder:'.length),
    tenant: 't1',
  }));
  return Promise.all(
    users.flatMap((key) => [
      post('/user-permissions', { user: { key }, resource_types: ['folder', '__tenant'] }),
      post(
        '/allowed/bulk',
        checks.map((resource) => ({ user: { key }, action: 'read', resource })),
      ),
    ]),
  );
}

test('after any sequence of changes, the PDP answers as one that starts from a snapshot', async () => {
  const emulator = await emulate({ seed, vendorQuirks: false });
  const call = api(emulator);
  await fc.assert(
    fc.asyncProperty(steps, async (changes) => {
      emulator.reset();
      for (const { at, body } of changes) {
        const { status } = await call(at, body);
        expect(status).toBeLessThan(500);
      }
      const snapshot = emulator.snapshot();
      const again = await emulate({ seed: snapshot, vendorQuirks: false });
      expect(sorted(again.snapshot())).toEqual(sorted(snapshot));
      expect(sorted(await answers(again))).toEqual(sorted(await answers(emulator)));
      await again.close();
    }),
    { numRuns: 60 },
  );
});

/** Facts mean the same with other ids and in another order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'id')
      .map(([key, item]) => [key, sorted(item)]),
  );
}
