import { expect, test } from 'vitest';
import type { Policy } from '../../core/policy.ts';
import { startEnvironment } from '../../testing/fixtures/start-environment.ts';
import { readEnvironment } from '../environment/read-environment.ts';
import { planPolicy } from '../plan/plan-policy.ts';
import { changesIn } from '../plan/policy-step.ts';
import { applyPlan } from './apply-plan.ts';

const { client, sdk } = await startEnvironment();

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
  await sdk.api.conditionSets.create({
    key: 'broad',
    name: 'Broad',
    type: 'userset',
    conditions: { allOf: [] },
  });
  await sdk.api.conditionSets.update('cleared', { parent_id: 'broad' });
  const planned = await plan();
  expect(changesIn(planned).map(({ change, key }) => `${change} ${key}`)).toEqual([
    'updated cleared',
    'removed broad',
  ]);
  await applyPlan(planned, { client, allowDestructive: true });
  expect((await sdk.api.conditionSets.get('cleared')).parent_id).toBeNull();
  expect(changesIn(await plan())).toEqual([]);
});
