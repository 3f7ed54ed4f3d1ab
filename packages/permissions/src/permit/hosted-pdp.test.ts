import { start, type Emulator } from '@latchkey/permit-emulator';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { definePolicy } from '../core/define-policy.ts';
import { AuthorizationUnavailableError } from '../core/errors.ts';
import { createPermissions } from '../core/permissions.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import { createPermitDecider } from './permit-decider.ts';
import type { PermitDecider } from './permit-decider-types.ts';

let emulator: Emulator;
let decider: PermitDecider<typeof testPolicy>;
beforeEach(async () => {
  const reports = { key: 'reports', name: 'Reports', actions: { view: {} } };
  emulator = await start({
    hostedPdp: true,
    seed: {
      resources: [reports],
      roles: [{ key: 'viewer', name: 'Viewer', permissions: ['reports:view'] }],
      users: [{ key: 'ann', role_assignments: [{ role: 'viewer', tenant: 'default' }] }],
    },
  });
  decider = createPermitDecider({
    policy: testPolicy,
    url: emulator.pdpUrl,
    apiKey: emulator.keys.environment,
    deadline: 20_000,
  });
});
afterEach(async () => {
  await decider.close();
  await emulator.close();
});

const view = { subject: 'ann', tenant: 'default', permission: 'reports:view' } as const;

test('the hosted PDP of Permit decides by roles', async () => {
  const decisions = await decider.decide([view, { ...view, subject: 'bob' }]);
  expect(decisions.map(({ outcome }) => outcome)).toEqual(['allow', 'deny']);
});

test('a check with attributes is an outage, never a decision', async () => {
  await expect(decider.decide([{ ...view, attributes: { pages: 3 } }])).rejects.toThrow(
    AuthorizationUnavailableError,
  );
});

test('supports roles on instances and the users with a permission', async () => {
  expect(await decider.instanceGrants(view, ['reports'])).toEqual([]);
  expect(await decider.authorizedUsers({ tenant: 'default', permission: 'reports:view' })).toEqual(['ann']);
});

test('supports lists that need only roles: keys of instances, and all rows of a tenant', async () => {
  expect(await decider.list?.({ ...view, relations: [] })).toMatchObject({ kind: 'all' });
  expect(await decider.list?.({ ...view, subject: 'bob', relations: [] })).toMatchObject({ kind: 'none' });
});

test('refuses a list that depends on a rule or a relation, on every attempt', async () => {
  const policy = definePolicy({
    resources: {
      folders: { actions: ['open'], roles: { reader: { permissions: ['open'] } } },
      reports: {
        actions: ['view', 'sign', 'file'],
        attributes: { pages: 'number' },
        relations: { parent: 'folders' },
        roles: {
          reader: {
            permissions: ['file'],
            derivedFrom: [{ role: 'reader', on: 'folders', via: 'parent' }],
          },
        },
      },
    },
    roles: { viewer: { permissions: [] } },
    resourceSets: { short: { resource: 'reports', where: { 'resource.pages': { 'less-than': 10 } } } },
    rules: [{ role: 'viewer', resourceSet: 'short', permissions: ['reports:sign'] }],
    defaultRole: 'viewer',
  });
  await using stack = new AsyncDisposableStack();
  const { pdpUrl: url, keys } = emulator;
  const pdp = createPermitDecider({ policy, url, apiKey: keys.environment, deadline: 20_000, breakAfter: 1 });
  stack.defer(() => pdp.close());
  const ann = createPermissions(pdp, { subject: 'ann', tenant: 'default' });
  await expect(ann.list('reports:sign')).rejects.toMatchObject(refused('attributes'));
  await expect(ann.list('reports:sign')).rejects.toMatchObject(refused('attributes'));
  await expect(ann.list('reports:file', { relations: ['parent'] })).rejects.toMatchObject(
    refused('without `relations`'),
  );
  expect(await ann.list('reports:file')).toMatchObject({ kind: 'none' });
});

function refused(text: string) {
  return { reason: 'unsupported_pdp', message: expect.stringContaining(text) };
}
