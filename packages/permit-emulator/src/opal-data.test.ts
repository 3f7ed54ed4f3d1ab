import { check, userPermissions, worldFromDocument, type DataDocument } from '@latchkey/permit-engine';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { api, emulate } from './testing/with-emulator.ts';
import type { Seed } from './index.ts';

/*
 * Three representations of the same facts must agree: the indexes that every change updates, the data document
 * that is built from the records and read by the engine, and a new emulator that starts from a snapshot.
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
const step: fc.Arbitrary<Step> = fc.oneof(
  user.map((key) => ({ at: `PUT ${facts}/users/${key}`, body: { key } })),
  user.map((key) => ({ at: `DELETE ${facts}/users/${key}` })),
  user.map((key) => ({ at: `DELETE ${facts}/bulk/users`, body: { idents: [key] } })),
  tenant.map((key) => ({ at: `DELETE ${facts}/tenants/${key}` })),
  tenant.map((key) => ({ at: `POST ${facts}/tenants`, body: { key, name: key } })),
  folder.map((key) => ({ at: `DELETE ${facts}/resource_instances/${key}` })),
  fc.constant({ at: 'DELETE /v2/schema/.../resources/folder/roles/viewer' }),
  fc.constant({ at: 'DELETE /v2/schema/.../roles/viewer' }),
  fc
    .record({
      method: fc.constantFrom('POST', 'DELETE'),
      user,
      role: fc.constantFrom('viewer', 'editor'),
      tenant,
    })
    .map(({ method, ...body }) => ({ at: `${method} ${facts}/role_assignments`, body })),
  fc
    .record({ method: fc.constantFrom('POST', 'DELETE'), user, tenant, resource_instance: folder })
    .map(({ method, ...body }) => ({
      at: `${method} ${facts}/role_assignments`,
      body: { ...body, role: 'viewer' },
    })),
  fc.record({ subject: folder, object: folder, tenant }).map((ends) => ({
    at: `POST ${facts}/relationship_tuples`,
    body: { relation: 'parent', ...ends },
  })),
  fc.record({ subject: folder, object: folder }).map((ends) => ({
    at: `DELETE ${facts}/relationship_tuples`,
    body: { relation: 'parent', ...ends },
  })),
);

test('after any sequence of changes, the indexes, the data document and a snapshot agree', async () => {
  const emulator = await emulate({ seed, vendorQuirks: false });
  const call = api(emulator);
  const { body: scope } = await call('GET /v2/api-key/scope');
  const document = async (): Promise<DataDocument> =>
    (await call(`GET /v2/internal/opal_data/${scope.organization_id}/...`)).body;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      emulator.reset();
      for (const { at, body } of steps) {
        const { status } = await call(at, body);
        expect(status).toBeLessThan(500);
      }
      const before = await document();
      const world = worldFromDocument(before);
      for (const key of users) {
        const query = { user: { key }, resource_types: ['folder', '__tenant'] };
        const answer = await post(emulator.pdpUrl, '/user-permissions', query);
        expect(answer).toEqual(userPermissions(world, query));
        for (const object of ['a', 'b', 'c']) {
          const resource = { type: 'folder', key: object, tenant: 't1' };
          const query = { user: { key }, action: 'read', resource };
          const { allow } = check(world, query);
          expect(await post(emulator.pdpUrl, '/allowed', query)).toMatchObject({ allow });
        }
      }
      const again = await emulate({ seed: emulator.snapshot() });
      const copy = (await api(again)(`GET /v2/internal/opal_data/${scope.organization_id}/...`)).body;
      expect(sorted(copy)).toEqual(sorted(before));
      await again.close();
    }),
    { numRuns: 60 },
  );

  async function post(base: string, path: string, body: unknown): Promise<unknown> {
    const headers = { authorization: `Bearer ${emulator.keys.environment}` };
    return (await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  }
});

/** Ignores ids and the order within lists: a document has the same meaning without them. */
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

test('the data document of conditions and mapping rules has the vendor’s names', async () => {
  const emulator = await emulate({
    seed: {
      ...seed,
      condition_sets: [{ key: 'us_team', name: 'US', type: 'userset', conditions: { allOf: [] } }],
      set_rules: [
        { user_set: 'us_team', permission: 'folder:read', resource_set: 'folder', is_resource: true },
      ],
      proxy_configs: [
        {
          key: 'p',
          name: 'P',
          secret: 's',
          mapping_rules: [{ url: 'https://x.org', http_method: 'get', resource: 'folder' }],
        },
      ],
    },
  });
  const call = api(emulator);
  const { body: scope } = await call('GET /v2/api-key/scope');
  expect((await call(`GET /v2/internal/opal_data/${scope.organization_id}/...`)).body).toMatchObject({
    condition_sets: {
      userset_us_5fteam: { key: 'us_team', type: 'userset' },
      resourceset__5f_5fautogen_5ffolder: { key: '__autogen_folder', type: 'resourceset' },
    },
    condition_set_rules: { us_team: { __autogen_folder: { folder: ['read'] } } },
    role_permissions: { __tenant: { editor: { grants: { folder: ['read'] } } } },
    resource_types: {
      folder: { derived_roles: { viewer: { rules: [{ relation: 'parent', related_role: 'viewer' }] } } },
    },
    mapping_rules: { all: [{ url: 'https://x.org', action: 'get', url_type: 'default' }] },
  });
  expect((await call('GET /v2/internal/opal_data/0123/...')).status).toBe(404);
});
