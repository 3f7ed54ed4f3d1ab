import { start } from '@latchkey/permit-emulator';
import { afterAll, expect, test } from 'vitest';
import { definePolicy } from '../core/define-policy.ts';
import { createPermissions } from '../core/permissions.ts';
import { createPermitDecider } from './permit-decider.ts';

const policy = definePolicy({
  userAttributes: { dept: 'string' },
  resources: {
    folders: { actions: ['open'], roles: { reader: { permissions: ['open'] } } },
    reports: {
      actions: ['view', 'sign'],
      attributes: { dept: 'string' },
      relations: { parent: 'folders' },
      roles: {
        reader: { permissions: ['view'], derivedFrom: [{ role: 'reader', on: 'folders', via: 'parent' }] },
        // Grants nothing, but its assignments fill pages.
        guest: { permissions: [] },
      },
    },
  },
  roles: { viewer: { permissions: [] } },
  resourceSets: {
    own: { resource: 'reports', where: { 'resource.dept': { equals: { ref: 'user.dept' } } } },
  },
  rules: [{ role: 'viewer', resourceSet: 'own', permissions: ['reports:sign'] }],
  defaultRole: 'viewer',
});

/** Two and a half pages, half of which grant something. */
const reports = Array.from({ length: 250 }, (_, index) => `r${String(index).padStart(3, '0')}`);

const emulator = await start({
  seed: {
    tenants: [{ key: 'acme', name: 'Acme' }],
    resources: [
      {
        key: 'folders',
        name: 'Folders',
        actions: { open: {} },
        roles: { reader: { name: 'Reader', permissions: ['open'] } },
      },
      {
        key: 'reports',
        name: 'Reports',
        actions: { view: {}, sign: {} },
        relations: { parent: 'folders' },
        roles: {
          reader: {
            name: 'Reader',
            permissions: ['view'],
            granted_to: {
              users_with_role: [{ role: 'reader', on_resource: 'folders', linked_by_relation: 'parent' }],
            },
          },
          guest: { name: 'Guest', permissions: [] },
        },
      },
    ],
    roles: [{ key: 'viewer', name: 'Viewer' }],
    users: [
      { key: 'ann', attributes: { dept: 'law' }, role_assignments: [{ role: 'viewer', tenant: 'acme' }] },
    ],
    resource_instances: [
      { key: 'plans', resource: 'folders', tenant: 'acme' },
      ...reports.map((key) => ({ key, resource: 'reports', tenant: 'acme' })),
    ],
    role_assignments: [
      { user: 'ann', role: 'reader', resource_instance: 'folders:plans' },
      ...reports.map((key, index) => ({
        user: 'ann',
        role: index % 2 === 0 ? 'reader' : 'guest',
        resource_instance: `reports:${key}`,
      })),
    ],
  },
});
const pdp = createPermitDecider({
  policy,
  url: emulator.pdpUrl,
  apiKey: emulator.keys.environment,
  deadline: 20_000,
});
const ann = createPermissions(pdp, { subject: 'ann', tenant: 'acme' });
afterAll(async () => {
  await pdp.close();
  await emulator.close();
});

test('reads all pages of role assignments', async () => {
  expect(await ann.list('reports:view', { relations: ['parent'] })).toMatchObject({
    any: [
      { by: 'id', keys: reports.filter((_, index) => index % 2 === 0) },
      { by: 'relation', relation: 'parent', keys: ['plans'] },
    ],
  });
});

test("reads the user's attributes from the PDP", async () => {
  expect(await ann.list('reports:sign')).toMatchObject({
    any: [{ by: 'condition', where: { attribute: 'dept', is: 'in', values: ['law'] } }],
  });
});

test('an outage rejects and returns no plan', async () => {
  void pdp.invalidate({});
  emulator.faults.add({ path: '/user-permissions', status: 503 });
  await expect(ann.list('reports:view')).rejects.toMatchObject({ code: 'AUTHORIZATION_UNAVAILABLE' });
  emulator.faults.clear();
});

test("refuses a PDP that does not return the user's attributes", async () => {
  void pdp.invalidate({});
  emulator.faults.add({ path: '/allowed', status: 200, body: { allow: false } });
  await expect(ann.list('reports:sign')).rejects.toMatchObject({ reason: 'unsupported_pdp' });
  emulator.faults.clear();
});
