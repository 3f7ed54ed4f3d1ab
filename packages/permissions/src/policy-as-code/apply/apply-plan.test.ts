import * as fc from 'fast-check';
import type { Permit } from 'permitio';
import { expect, test } from 'vitest';
import { definePolicy } from '../../core/define-policy.ts';
import type { Policy } from '../../core/policy.ts';
import { testPolicy } from '../../testing/fixtures/test-policy.ts';
import type { PermitApiError } from '../../core/errors.ts';
import { applyPlan, type AppliedPlan } from './apply-plan.ts';
import { arbitraryPolicy } from '../fixtures/arbitrary-policy.ts';
import { planPolicy } from '../plan/plan-policy.ts';
import { changesIn, type PolicyStep } from '../plan/policy-step.ts';
import { readEnvironment } from '../environment/read-environment.ts';
import { observed, startEnvironment } from '../../testing/fixtures/start-environment.ts';

const { emulator, client, sdk } = await startEnvironment();

const changes = async (policy: Policy): Promise<PolicyStep[]> =>
  changesIn(planPolicy(policy, await readEnvironment(client)));
const apply = async (policy: Policy, allowDestructive = false): Promise<AppliedPlan> =>
  applyPlan(planPolicy(policy, await readEnvironment(client)), { client, allowDestructive });
const describe = (steps: readonly PolicyStep[]): string[] =>
  steps.map(({ kind, key, change }) => `${change} ${kind} ${key}`);

test('law: after a plan is applied, the next plan has no changes', async () => {
  await fc.assert(
    fc
      .asyncProperty(arbitraryPolicy(), arbitraryPolicy(), async (first, second) => {
        await apply(first);
        expect(describe(await changes(first))).toEqual([]);
        await apply(second, true);
        expect(describe(await changes(second))).toEqual([]);
      })
      .beforeEach(() => {
        emulator.reset();
      }),
    { numRuns: 40 },
  );
});

const library = definePolicy({
  userAttributes: { clearance: 'string' },
  resources: {
    shelves: { actions: ['view'], roles: { keeper: { permissions: ['view'] } } },
    books: {
      actions: ['view', 'lend'],
      attributes: { rating: 'number' },
      relations: { on: 'shelves' },
      roles: {
        keeper: {
          permissions: ['view', 'lend'],
          derivedFrom: [{ role: 'keeper', on: 'shelves', via: 'on' }],
          onlyWithoutDirectRole: true,
        },
      },
    },
  },
  roles: { reader: { permissions: ['books:view'] } },
  userSets: { cleared: { where: { 'user.clearance': { equals: 'high' } } } },
  resourceSets: { rare: { resource: 'books', where: { 'resource.rating': { 'greater-than': 4 } } } },
  rules: [
    { userSet: 'cleared', resourceSet: 'rare', permissions: ['books:lend'] },
    { role: 'reader', resource: 'books', permissions: ['books:lend'] },
  ],
  defaultRole: 'reader',
});

test('reports objects that the policy does not define, and removes them only with allowDestructive', async () => {
  await apply(library);
  await sdk.api.roles.create({ key: 'guest', name: 'Guest' });
  await sdk.api.resourceActions.create('books', { key: 'burn', name: 'burn' });
  await sdk.api.resources.create({ key: 'desks', name: 'Desks', actions: {} });
  await sdk.api.conditionSetRules.create({
    user_set: 'cleared',
    permission: 'books:view',
    resource_set: 'books',
    is_resource: true,
  });
  const drift = [
    'removed role guest',
    'removed action books:burn',
    'removed resource desks',
    'removed rule user set cleared → resource books',
  ];
  const found = await changes(library);
  expect(describe(found).toSorted()).toEqual(drift.toSorted());
  expect(found.every(({ destructive }) => destructive)).toBe(true);

  const { taken, left } = await apply(library);
  expect([taken, describe(left).toSorted()]).toEqual([[], drift.toSorted()]);
  expect((await sdk.api.roles.get('guest')).key).toBe('guest');

  await apply(library, true);
  await expect(sdk.api.roles.get('guest')).rejects.toMatchObject({ response: { status: 404 } });
  expect(await changes(library)).toEqual([]);
});

test('without allowDestructive a plan that replaces an object throws and changes nothing', async () => {
  await apply(library);
  const moved = {
    ...library,
    resourceSets: { rare: { resource: 'shelves', where: {} } },
    rules: [],
    roles: { reader: { permissions: [] } },
  };
  await expect(apply(moved)).rejects.toMatchObject({
    code: 'POLICY_DESTRUCTIVE',
    steps: [{ kind: 'resource set', key: 'rare', change: 'replaced' }],
  });
  expect((await sdk.api.roles.get('reader')).permissions).toEqual(['books:view']);
  await apply(moved, true);
  expect(await changes(moved)).toEqual([]);
});

test('a narrowed rule loses permissions; a set whose type changes is replaced together with its rules', async () => {
  await apply({
    ...library,
    rules: [{ role: 'reader', resource: 'books', permissions: ['books:lend', 'books:view'] }],
  });
  await apply({ ...library, rules: [{ role: 'reader', resource: 'books', permissions: ['books:view'] }] });
  expect([...(await readEnvironment(client)).rules.values()]).toMatchObject([
    { permissions: ['books:view'] },
  ]);

  await apply(library);
  const where = { 'user.clearance': { equals: 'high' } };
  const swapped: Policy = {
    ...library,
    userSets: { rare: { where } },
    resourceSets: { cleared: { resource: 'books', where } },
    rules: [{ userSet: 'rare', resourceSet: 'cleared', permissions: ['books:lend'] }],
  };
  // The error names the affected objects, so that users know what they would confirm.
  await expect(apply(swapped)).rejects.toThrow(
    /: (?:user set rare, resource set cleared|resource set cleared, user set rare)\.$/,
  );
  await apply(swapped, true);
  expect(await changes(swapped)).toEqual([]);
  const moved: Policy = {
    ...swapped,
    resourceSets: { cleared: { resource: 'shelves', where } },
    rules: [{ userSet: 'rare', resourceSet: 'cleared', permissions: ['shelves:view'] }],
  };
  await apply(moved, true);
  expect(await changes(moved)).toEqual([]);
});

test('changes an instance role in chunks of a limited number of permissions', async () => {
  const [first = '', ...others] = Array.from({ length: 45 }, (_, index) => `action-${index}`);
  const withRole = (permissions: readonly string[]): Policy => ({
    ...testPolicy,
    resources: {
      ...testPolicy.resources,
      wide: { actions: [first, ...others], roles: { all: { permissions } } },
    },
  });
  await apply(withRole([]));
  const calls: string[] = [];
  const recording = observed(client, (call) => void calls.push(call));
  await applyPlan(planPolicy(withRole([first, ...others]), await readEnvironment(client)), {
    client: recording,
  });
  expect(calls).toEqual(Array.from({ length: 3 }, () => 'POST /schema/resources/wide/roles/all/permissions'));
  expect(await changes(withRole([first, ...others]))).toEqual([]);
  await apply(withRole([first]));
  expect((await sdk.api.resourceRoles.get('wide', 'all')).permissions).toEqual([`wide:${first}`]);
});

test("preserves a role's inheritance in Permit while it grants the right permissions, and flattens it otherwise", async () => {
  await apply({ ...testPolicy, roles: { viewer: testPolicy.roles.viewer } });
  const editor: Parameters<Permit['api']['roles']['create']>[0] & { readonly extends: string[] } = {
    key: 'editor',
    name: 'Editor',
    permissions: ['reports:create'],
    extends: ['viewer'],
  };
  await sdk.api.roles.create(editor);
  const two = { viewer: testPolicy.roles.viewer, editor: testPolicy.roles.editor };
  expect(await changes({ ...testPolicy, roles: two })).toEqual([]);
  const without = {
    ...testPolicy,
    roles: { viewer: { permissions: [] }, editor: { permissions: ['reports:view', 'reports:create'] } },
  };
  expect(describe((await apply(without)).taken)).toEqual(['updated role viewer', 'updated role editor']);
  expect(await sdk.api.roles.get('editor')).toMatchObject({
    permissions: ['reports:view', 'reports:create'],
    extends: [],
  });
  expect(await changes(without)).toEqual([]);
});

test('law: after an interruption at any call, applying again completes the plan', async () => {
  await fc.assert(
    fc
      .asyncProperty(arbitraryPolicy(), fc.nat({ max: 12 }), async (policy, survived) => {
        const plan = planPolicy(policy, await readEnvironment(client));
        let calls = 0;
        const failing = observed(client, () => {
          if (calls === survived) emulator.faults.add({ status: 500 });
          calls += 1;
        });
        const outcome: unknown = await applyPlan(plan, { client: failing }).then(
          () => 'finished',
          ({ code, permitStatus }: PermitApiError) => [code, permitStatus],
        );
        emulator.faults.clear();
        expect(outcome).toEqual(calls > survived ? ['PERMIT_API_ERROR', 500] : 'finished');
        const { taken } = await apply(policy);
        expect(taken.length).toBeLessThanOrEqual(changesIn(plan).length);
        expect(await changes(policy)).toEqual([]);
      })
      .beforeEach(() => {
        emulator.reset();
      }),
    { numRuns: 25 },
  );
});

test('retries a 429 after its Retry-After', async () => {
  emulator.faults.add({ status: 429, headers: { 'retry-after': '0' }, count: 2 });
  emulator.faults.add({ method: 'POST', status: 429, headers: { 'retry-after': '0' }, count: 3 });
  await apply(testPolicy);
  expect(await changes(testPolicy)).toEqual([]);
});

test('onProgress reports the number of applied steps', async () => {
  const plan = planPolicy(testPolicy, await readEnvironment(client));
  const progress: string[] = [];
  await applyPlan(plan, {
    client,
    onProgress: ({ step, done, total }) => progress.push(`${done}/${total} ${step.key}`),
  });
  expect(progress).toEqual([
    '1/7 reports',
    '2/7 reports#owner',
    '3/7 reports#reader',
    '4/7 members',
    '5/7 viewer',
    '6/7 editor',
    '7/7 admin',
  ]);
});

test('reads every page of a large environment', async () => {
  const actions = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`resource-${index}`, index]));
  const large: Policy = {
    resources: Object.fromEntries(Object.keys(actions).map((key) => [key, { actions: ['view'] }])),
    roles: Object.fromEntries(Object.keys(actions).map((key) => [key, { permissions: [`${key}:view`] }])),
    defaultRole: 'resource-0',
  };
  await apply(large);
  expect((await readEnvironment(client)).roles.size).toBe(130);
  expect(await changes(large)).toEqual([]);
});

test('an unexpected response is an error, not an empty environment', async () => {
  emulator.faults.add({ path: '/v2/schema/*', status: 200, body: { surprise: true } });
  await expect(readEnvironment(client)).rejects.toMatchObject({
    code: 'PERMIT_API_ERROR',
    retryable: false,
    detail: expect.stringContaining('is not valid'),
  });
});
