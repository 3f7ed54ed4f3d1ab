import { expect, test } from 'vitest';
import type { Policy } from '../../core/policy.ts';
import { applyPlan } from '../apply/apply-plan.ts';
import { readEnvironment } from '../environment/read-environment.ts';
import { startEnvironment } from '../../testing/fixtures/start-environment.ts';
import { countDependents } from './dependents.ts';
import type { PlanOptions } from './plan-options.ts';
import { planPolicy } from './plan-policy.ts';
import { assertFresh, parseSavedPlan, savedPlanOf, StalePlanError } from './saved-plan.ts';

const { client, sdk } = await startEnvironment();

const before: Policy = {
  resources: {
    folders: { actions: ['view'] },
    docs: {
      actions: ['view', 'edit'],
      relations: { parent: 'folders' },
      roles: { owner: { permissions: ['edit'] }, reader: { permissions: ['view'] } },
    },
  },
  roles: { viewer: { permissions: ['docs:view'] }, guest: { permissions: [] } },
  defaultRole: 'viewer',
};
/** Lacks `guest`, the role `owner` on documents, their relation and an action, but has another action. */
const after: Policy = {
  resources: {
    folders: { actions: ['view'] },
    docs: { actions: ['view', 'print'], roles: { reader: { permissions: ['view'] } } },
  },
  roles: { viewer: { permissions: ['docs:view'] } },
  defaultRole: 'viewer',
};

async function planned(policy: Policy, options: PlanOptions = {}) {
  const plan = planPolicy(policy, await readEnvironment(client), options);
  return { plan, options, dependents: await countDependents(plan, client) };
}

async function apply(policy: Policy): Promise<void> {
  const { plan } = await planned(policy);
  await applyPlan(plan, { client, allowDestructive: true });
}

/** Three users, each with a role that `after` lacks, and a document in a folder. */
async function populate(): Promise<void> {
  await apply(before);
  await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
  for (const key of ['ann', 'bob', 'cleo']) await sdk.api.users.create({ key }); // oxlint-disable-line no-await-in-loop -- the rate is limited
  await sdk.api.resourceInstances.create({ key: 'top', resource: 'folders', tenant: 'acme' });
  await sdk.api.resourceInstances.create({ key: 'q3', resource: 'docs', tenant: 'acme' });
  await sdk.api.relationshipTuples.create({
    subject: 'folders:top',
    relation: 'parent',
    object: 'docs:q3',
    tenant: 'acme',
  });
  await sdk.api.roleAssignments.bulkAssign([
    { user: 'ann', role: 'guest', tenant: 'acme' },
    { user: 'bob', role: 'guest', tenant: 'default' },
    { user: 'cleo', role: 'viewer', tenant: 'acme' },
    { user: 'cleo', role: 'owner', resource_instance: 'docs:q3', tenant: 'acme' },
    { user: 'bob', role: 'reader', resource_instance: 'docs:q3', tenant: 'acme' },
  ]);
}

const read = async (policy: Policy, options?: PlanOptions) =>
  parseSavedPlan(JSON.parse(JSON.stringify(savedPlanOf(await planned(policy, options)))));
const differencesOf = async (saved: Awaited<ReturnType<typeof read>>, policy: Policy): Promise<unknown> => {
  const now = await planned(policy, saved.options);
  try {
    assertFresh(saved, now);
    return 'fresh';
  } catch (error) {
    if (!(error instanceof StalePlanError)) throw error;
    expect(error).toMatchObject({ code: 'POLICY_PLAN_STALE', name: 'StalePlanError' });
    for (const difference of error.differences) expect(error.message).toContain(difference);
    return error.differences.toSorted();
  }
};

test('saves a plan with its options, its changes, and the number of dependents', async () => {
  await populate();
  const saved = await read(after, { ignore: ['role nobody-*'] });
  expect(saved.version).toBe(1);
  expect(saved.options).toEqual({ ignore: ['role nobody-*'] });
  expect(
    saved.changes.map(({ kind, key, change, destructive, dependents }) => ({
      step: `${change} ${kind} ${key}`,
      destructive,
      dependents,
    })),
  ).toEqual([
    { step: 'created action docs:print', destructive: false, dependents: undefined },
    {
      step: 'removed role guest',
      destructive: true,
      dependents: { assignments: 2, instances: 0, relationships: 0 },
    },
    {
      step: 'removed relation docs.parent',
      destructive: true,
      dependents: { assignments: 0, instances: 0, relationships: 1 },
    },
    {
      step: 'removed resource role docs#owner',
      destructive: true,
      dependents: { assignments: 1, instances: 0, relationships: 0 },
    },
    { step: 'removed action docs:edit', destructive: true, dependents: undefined },
  ]);
  expect(await differencesOf(saved, after)).toBe('fresh');
});

test('counts the instances of a resource, the roles on them and their links', async () => {
  await populate();
  const { plan, dependents } = await planned({
    resources: { folders: { actions: ['view'] } },
    roles: { viewer: { permissions: [] } },
    defaultRole: 'viewer',
  });
  const counts = Object.fromEntries(
    plan.steps.flatMap((step) => {
      const count = dependents.get(step);
      return count === undefined ? [] : [[`${step.kind} ${step.key}`, count]];
    }),
  );
  expect(counts).toEqual({
    'resource docs': { assignments: 2, instances: 1, relationships: 1 },
    'role guest': { assignments: 2, instances: 0, relationships: 0 },
  });
});

test('a plan is stale when the policy or the environment has changed, and names the changes', async () => {
  await populate();
  const saved = await read(after);
  expect(await differencesOf(saved, before)).toEqual([
    'action docs:edit: no longer changes',
    'action docs:print: no longer changes',
    'relation docs.parent: no longer changes',
    'resource role docs#owner: no longer changes',
    'role guest: no longer changes',
  ]);
  const another: Policy = {
    ...after,
    roles: { viewer: { permissions: ['docs:view', 'docs:print'] } },
  };
  expect(await differencesOf(saved, another)).toEqual(['role viewer: is not in the plan']);
  const viewerOnly = await read(another);
  const otherwise: Policy = { ...after, roles: { viewer: { permissions: ['docs:print'] } } };
  expect(await differencesOf(viewerOnly, otherwise)).toEqual(['role viewer: changes in another way']);
});

test('a plan is stale when the removed objects have more dependents, but not when they have fewer', async () => {
  await populate();
  const saved = await read(after);
  await sdk.api.roleAssignments.unassign({ user: 'ann', role: 'guest', tenant: 'acme' });
  expect(await differencesOf(saved, after)).toBe('fresh');
  await sdk.api.roleAssignments.bulkAssign([
    { user: 'ann', role: 'guest', tenant: 'acme' },
    { user: 'cleo', role: 'guest', tenant: 'acme' },
  ]);
  expect(await differencesOf(saved, after)).toEqual(['role guest: more depends on it']);
});

const plan = { version: 1, options: {}, changes: [] };
const change = { kind: 'role', key: 'guest', change: 'removed', destructive: true };

test.each([
  { ...plan, options: { scope: 'table', ignore: ['role guest'] } },
  { ...plan, changes: [{ ...change, dependents: { assignments: 0, instances: 2, relationships: 1 } }] },
])('accepts %j as a plan', (value) => {
  expect(parseSavedPlan(value)).toEqual(value);
});

test.each([
  undefined,
  {},
  { ...plan, version: 2 },
  { ...plan, more: true },
  { ...plan, options: { scope: 'everything' } },
  { ...plan, options: { ignore: [1] } },
  { ...plan, options: { force: true } },
  { ...plan, changes: [{ ...change, destructive: 'no' }] },
  { ...plan, changes: [{ ...change, kind: undefined }] },
  { ...plan, changes: [{ ...change, more: true }] },
  { ...plan, changes: [{ ...change, dependents: { assignments: -1, instances: 0, relationships: 0 } }] },
  { ...plan, changes: [{ ...change, dependents: { assignments: 0.5, instances: 0, relationships: 0 } }] },
  { ...plan, changes: [{ ...change, dependents: { assignments: 0, instances: 0 } }] },
])('rejects %j as a plan', (value) => {
  expect(() => parseSavedPlan(value)).toThrow(TypeError);
});
