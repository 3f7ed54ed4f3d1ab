import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Policy } from '../../core/policy.ts';
import { applyPlan } from '../apply/apply-plan.ts';
import { readEnvironment } from '../environment/read-environment.ts';
import { arbitraryPolicy } from '../fixtures/arbitrary-policy.ts';
import type { PlanOptions } from './plan-options.ts';
import { planPolicy } from './plan-policy.ts';
import { changesIn } from './policy-step.ts';
import { startEnvironment } from '../../testing/fixtures/start-environment.ts';

const { emulator, client, sdk } = await startEnvironment();

const changes = async (policy: Policy, options?: PlanOptions): Promise<string[]> =>
  changesIn(planPolicy(policy, await readEnvironment(client), options)).map(
    ({ change, kind, key }) => `${change} ${kind} ${key}`,
  );
const apply = async (policy: Policy, options?: PlanOptions): Promise<void> => {
  const plan = planPolicy(policy, await readEnvironment(client), options);
  await applyPlan(plan, { client, allowDestructive: true });
};

const reports: Policy = {
  resources: { reports: { actions: ['view', 'edit'], roles: { owner: { permissions: ['edit'] } } } },
  roles: { viewer: { permissions: ['reports:view'] } },
  defaultRole: 'viewer',
};
const invoices: Policy = {
  userAttributes: { clearance: 'string' },
  resources: { invoices: { actions: ['view', 'pay'], attributes: { sum: 'number' } } },
  roles: { viewer: { permissions: ['invoices:view'] }, payer: { permissions: ['invoices:pay'] } },
  userSets: { cleared: { where: { 'user.clearance': { equals: 'high' } } } },
  resourceSets: { large: { resource: 'invoices', where: { 'resource.sum': { 'greater-than': 9 } } } },
  rules: [
    { role: 'viewer', resourceSet: 'large', permissions: ['invoices:view'] },
    { userSet: 'cleared', resource: 'invoices', permissions: ['invoices:pay'] },
    { role: 'viewer', resource: 'invoices', permissions: ['invoices:pay'] },
  ],
  defaultRole: 'viewer',
};
const table = { scope: 'table' } as const;

test("two policies share an environment: each plan leaves the other's objects alone", async () => {
  await apply(reports, table);
  await apply(invoices, table);
  expect(await changes(reports, table)).toEqual([]);
  expect(await changes(invoices, table)).toEqual([]);
  expect((await sdk.api.roles.get('viewer')).permissions?.toSorted()).toEqual([
    'invoices:view',
    'reports:view',
  ]);

  // Parts of the policy's own objects are still planned.
  await sdk.api.roles.assignPermissions('viewer', ['reports:edit']);
  await sdk.api.resourceActions.create('reports', { key: 'burn', name: 'burn' });
  await sdk.api.conditionSetRules.create({
    user_set: 'cleared',
    permission: 'reports:edit',
    resource_set: 'reports',
    is_resource: true,
  });
  expect((await changes(reports, table)).toSorted()).toEqual([
    'removed action reports:burn',
    'removed rule user set cleared → resource reports',
    'updated role viewer',
  ]);
  await apply(reports, table);
  expect((await sdk.api.roles.get('viewer')).permissions?.toSorted()).toEqual([
    'invoices:view',
    'reports:view',
  ]);
  expect(await changes(invoices, table)).toEqual([]);
});

test('a role of the policy still inherits from an unmanaged role on an unmanaged resource', async () => {
  await apply(reports, table);
  await apply(invoices, table);
  const parents: object = { extends: ['payer'] };
  await sdk.api.roles.update('viewer', parents);
  await apply(reports, table);
  const { permissions = [] } = await sdk.api.roles.get('viewer');
  expect(permissions.toSorted()).toEqual(['invoices:pay', 'invoices:view', 'reports:view']);
});

test('an ignored object gets no step, but an object in the policy is still planned', async () => {
  await apply({ ...invoices, roles: { ...invoices.roles, 'guest-1': { permissions: [] } } });
  const left = [
    'removed resource invoices',
    'removed resource set large',
    'removed role guest-1',
    'removed role payer',
    'removed rule role viewer → resource invoices',
    'removed rule role viewer → resource set large',
    'removed rule user set cleared → resource invoices',
    'removed user attribute clearance',
    'removed user set cleared',
  ];
  expect((await changes(reports)).filter((line) => line.startsWith('removed')).toSorted()).toEqual(left);
  const ignore = ['role guest-*', 'role viewer', 'resource invoices', 'user set cleared'];
  const planned = await changes(reports, { ignore });
  expect(planned.toSorted()).toEqual([
    'created resource reports',
    'created resource role reports#owner',
    'removed resource set large',
    'removed role payer',
    'removed user attribute clearance',
    'updated role viewer',
  ]);
  await apply(reports, { ignore });
  expect((await sdk.api.roles.get('viewer')).permissions?.toSorted()).toEqual([
    'invoices:view',
    'reports:view',
  ]);
});

test('in a pattern only `*` is a wildcard', async () => {
  emulator.reset();
  await apply(reports);
  await sdk.api.resourceAttributes.create('reports', { key: 'pages', type: 'number' });
  await sdk.api.roles.create({ key: 'abc', name: 'Abc' });
  const removed = ['removed attribute reports.pages', 'removed role abc'];
  expect((await changes(reports, { ignore: ['role a.c', 'attribute reports?pages'] })).toSorted()).toEqual(
    removed,
  );
  expect(await changes(reports, { ignore: ['role a*', 'attribute reports.pages'] })).toEqual([]);
});

test.each(['guest', 'roles guest', 'role', ''])(
  'refuses the pattern "%s", which names no kind of object',
  (pattern) => {
    const environment = {
      userAttributes: new Map(),
      resources: new Map(),
      roles: new Map(),
      sets: new Map(),
      rules: new Map(),
      unsupported: [],
    };
    expect(() => planPolicy(reports, environment, { ignore: [pattern] })).toThrow(TypeError);
  },
);

test('law: with scope `table`, objects of another policy are never removed', async () => {
  await fc.assert(
    fc
      .asyncProperty(arbitraryPolicy(), async (policy) => {
        await apply(invoices);
        const others = await readEnvironment(client);
        await apply(policy, table);
        const now = await readEnvironment(client);
        expect([...now.resources.keys()]).toEqual(expect.arrayContaining([...others.resources.keys()]));
        expect(now.roles.get('payer')).toEqual(others.roles.get('payer'));
        expect(now.sets.get('cleared')).toEqual(others.sets.get('cleared'));
        expect([...now.rules]).toEqual(expect.arrayContaining([...others.rules]));
        expect(await changes(policy, table)).toEqual([]);
      })
      .beforeEach(() => {
        emulator.reset();
      }),
    { numRuns: 30 },
  );
});

test('a set whose anyRole is not applied cannot be planned', async () => {
  const { cleared } = { ...invoices.userSets };
  await expect(
    changes({ ...invoices, userSets: { cleared: { where: {}, ...cleared, anyRole: true } } }),
  ).rejects.toThrow('"cleared" has "anyRole"');
});

test('a renamed role takes along what it has on resources that the policy does not define', async () => {
  await apply(reports, table);
  await apply(invoices, table);
  const roles = { reader: { renamedFrom: 'viewer', permissions: ['reports:view'] } };
  await apply({ ...reports, roles, defaultRole: 'reader' }, table);
  expect((await sdk.api.roles.get('reader')).permissions?.toSorted()).toEqual([
    'invoices:view',
    'reports:view',
  ]);
  const { rules } = await readEnvironment(client);
  expect([...rules.keys()]).toEqual(
    expect.arrayContaining(['role reader → resource invoices', 'role reader → resource set large']),
  );
});
