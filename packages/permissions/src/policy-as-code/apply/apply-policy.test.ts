import { expect, test } from 'vitest';
import { testPolicy } from '../../testing/fixtures/test-policy.ts';
import { applyPolicy, applyPlan } from './apply-plan.ts';
import { startEnvironment } from '../../testing/fixtures/start-environment.ts';
import type { Policy } from '../../core/policy.ts';
import { readEnvironment } from '../environment/read-environment.ts';
import { planPolicy } from '../plan/plan-policy.ts';
import { changesIn } from '../plan/policy-step.ts';

const { management, sdk } = await startEnvironment();

test('the first applyPolicy creates everything, the second changes nothing, and drift is corrected', async () => {
  const first = await applyPolicy(testPolicy, management);
  expect(first.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
    'resource reports',
    'resource role reports#owner',
    'resource role reports#reader',
    'resource members',
    'role viewer',
    'role editor',
    'role admin',
  ]);
  expect(new Set(first.map(({ change }) => change))).toEqual(new Set(['created']));
  const second = await applyPolicy(testPolicy, management);
  expect(new Set(second.map(({ change }) => change))).toEqual(new Set(['unchanged']));

  await sdk.api.roles.removePermissions('editor', ['reports:create']);
  await sdk.api.resourceRoles.assignPermissions('reports', 'reader', ['publish']);
  const third = await applyPolicy(testPolicy, management);
  expect(third.filter(({ change }) => change === 'updated').map(({ key }) => key)).toEqual([
    'reports#reader',
    'editor',
  ]);
  expect((await sdk.api.roles.get('editor')).permissions).toEqual(['reports:view', 'reports:create']);
});

test('preserves objects that the policy does not define, does not return them, and reports each change', async () => {
  await applyPolicy(testPolicy, management);
  await sdk.api.roles.create({ key: 'foreign', name: 'Foreign' });
  await sdk.api.roles.removePermissions('editor', ['reports:create']);
  const reported: object[] = [];
  const applied = await applyPolicy(testPolicy, management, (change) => reported.push(change));
  expect(reported).toMatchObject([{ kind: 'role', key: 'editor', change: 'updated' }]);
  expect(applied).toHaveLength(7);
  expect(applied.map(({ key }) => key)).not.toContain('foreign');
  expect(await sdk.api.roles.get('foreign')).toMatchObject({ name: 'Foreign' });
});

const { client, sdk: permit } = await startEnvironment();

const policy: Policy = {
  userAttributes: { clearance: 'string' },
  resources: { books: { actions: ['lend'] } },
  roles: { reader: { permissions: [] } },
  userSets: { cleared: { where: { 'user.clearance': { equals: 'high' } } } },
  rules: [{ userSet: 'cleared', resource: 'books', permissions: ['books:lend'] }],
  defaultRole: 'reader',
};

test('removes a parent that was added to a set in Permit, because its conditions would also apply', async () => {
  const plan = async () => planPolicy(policy, await readEnvironment(client));
  await applyPlan(await plan(), { client });
  await permit.api.conditionSets.create({
    key: 'broad',
    name: 'Broad',
    type: 'userset',
    conditions: { allOf: [] },
  });
  await permit.api.conditionSets.update('cleared', { parent_id: 'broad' });
  const planned = await plan();
  expect(changesIn(planned).map(({ change, key }) => `${change} ${key}`)).toEqual([
    'updated cleared',
    'removed broad',
  ]);
  await applyPlan(planned, { client, allowDestructive: true });
  expect((await permit.api.conditionSets.get('cleared')).parent_id).toBeNull();
  expect(changesIn(await plan())).toEqual([]);
});
