import { start, type Emulator } from '@latchkey/permit-emulator';
import { Permit } from 'permitio';
import { afterEach, expect, test, afterAll, beforeAll } from 'vitest';
import { createPermissions } from '../core/permissions.ts';
import { applyPolicy } from '../policy-as-code/apply/apply-plan.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import type { Invalidation } from './invalidations.ts';
import { createPermitDecider } from './permit-decider.ts';
import type { PermitDecider } from './permit-decider-types.ts';
import { createPermitDirectory, type PermitDirectory } from './permit-directory.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close(); // oxlint-disable-line no-await-in-loop -- in reverse
});

const tenant = 'default';
const viewer = { role: 'viewer', tenant } as const;
const owner = { role: 'owner', tenant, instance: 'reports:1' } as const;

/** Milliseconds until a write reaches the PDP, and those that the decider waits at most. */
async function permitWith({ lag = 0, propagationDelay = 60_000 }) {
  const emulator: Emulator = await start({ port: 0, pdpPort: 0, propagationDelay: lag });
  open.push(() => emulator.close());
  const apiKey = emulator.keys.environment;
  const management = { apiUrl: emulator.url, apiKey, deadline: 30_000 };
  await applyPolicy(testPolicy, management);
  const decider = createPermitDecider({
    policy: testPolicy,
    url: emulator.pdpUrl,
    apiKey,
    deadline: 30_000,
    cache: { ttl: 60_000, propagationDelay },
  });
  open.push(() => decider.close());
  const sdk = new Permit({ token: apiKey, apiUrl: emulator.url, pdp: emulator.pdpUrl });
  return { emulator, management, decider, assignments: sdk.api.roleAssignments };
}

const view = (decider: PermitDecider<typeof testPolicy>, subject: string, id?: string) =>
  createPermissions(decider, { subject, tenant })
    .check('reports:view', id)
    .then(({ outcome }) => outcome);

test('a write resolves when the PDP has received it, so the next check has the new role and not a removed one', async () => {
  const { management, decider } = await permitWith({ lag: 200 });
  const directory = createPermitDirectory({
    ...management,
    policy: testPolicy,
    onChange: (change) => decider.invalidate(change),
  });
  expect(await directory.provisionUser({ key: 'ann' }, viewer)).toBe('created');
  expect(await view(decider, 'ann')).toBe('allow');
  expect(await directory.unassignRole({ user: 'ann', ...viewer })).toBe('removed');
  expect(await view(decider, 'ann')).toBe('deny');
  expect(await directory.assignRole({ user: 'ann', ...owner })).toBe('assigned');
  expect(await view(decider, 'ann', '1')).toBe('allow');
  expect(await directory.unassignRole({ user: 'ann', ...owner })).toBe('removed');
  expect(await view(decider, 'ann', '1')).toBe('deny');
});

test('while a removal has not reached the PDP, checks, lists and grants of the user wait, and never allow', async () => {
  const { management, decider } = await permitWith({ lag: 200 });
  const answers: Promise<unknown>[] = [];
  const permissions = createPermissions(decider, { subject: 'ann', tenant });
  const directory = createPermitDirectory({
    ...management,
    policy: testPolicy,
    onChange(change: Invalidation) {
      const received = decider.invalidate(change);
      answers.push(
        view(decider, 'ann', '1'),
        permissions.list('reports:view').then(({ kind }) => kind),
        decider.grants('ann', tenant).then(({ roles }) => roles),
      );
      return received;
    },
  });
  await directory.provisionUser({ key: 'ann' }, viewer);
  expect(await Promise.all(answers.splice(0))).toEqual(['allow', 'all', ['viewer']]);
  await directory.unassignRole({ user: 'ann', ...viewer });
  expect(await Promise.all(answers)).toEqual(['deny', 'none', []]);
});

test('a check waits until the PDP has the change, through an outage; other users do not wait', async () => {
  const { emulator, management, decider, assignments } = await permitWith({});
  const directory = createPermitDirectory({ ...management, policy: testPolicy });
  await directory.provisionUser({ key: 'ann' }, viewer);
  expect(await view(decider, 'ann')).toBe('allow');
  emulator.faults.add({ path: '/user-permissions', status: 503 });
  // As if another process had removed the role, and the PDP had not received the removal yet.
  const received = decider.invalidate({ subject: 'ann', assignment: { ...viewer, assigned: false } });
  let isAnswered = false;
  const answer = view(decider, 'ann').finally(() => (isAnswered = true));
  expect(await view(decider, 'bob')).toBe('deny');
  emulator.faults.clear();
  expect(await view(decider, 'cat')).toBe('deny');
  expect(isAnswered).toBe(false);
  await assignments.unassign({ user: 'ann', ...viewer });
  expect(await answer).toBe('deny');
  await received;
});

test('the wait ends after the propagation delay, and then the PDP decides', async () => {
  const { management, decider } = await permitWith({ propagationDelay: 50 });
  await createPermitDirectory({ ...management, policy: testPolicy }).provisionUser({ key: 'ann' }, viewer);
  await decider.invalidate({ subject: 'ann', assignment: { ...viewer, assigned: false } });
  expect(await view(decider, 'ann')).toBe('allow');
});

let emulator: Emulator;
let directory: PermitDirectory<typeof testPolicy>;
let seen: Promise<string[]>[];
beforeAll(async () => {
  emulator = await start({ port: 0, pdpPort: 0 });
  const management = {
    policy: testPolicy,
    apiUrl: emulator.url,
    apiKey: emulator.keys.environment,
    deadline: 30_000,
  };
  await applyPolicy(testPolicy, management);
  const reader = createPermitDirectory(management);
  const members = async (): Promise<string[]> => (await reader.listMembers('default')).map(({ key }) => key);
  directory = createPermitDirectory({ ...management, onChange: () => void seen.push(members()) });
});
afterAll(() => emulator.close());

const viewerRole = { role: 'viewer', tenant: 'default' } as const;
const kim = { user: 'kim', ...viewerRole };

async function seenDuring(write: () => Promise<unknown>): Promise<string[][]> {
  seen = [];
  await write();
  return Promise.all(seen);
}

test('reports a change only after Permit has it, so that no outdated decision is cached as new', async () => {
  const slow = ['POST', 'DELETE'].map((method) => ({ method, path: '/v2/facts/*', delay: 200 }));
  for (const fault of slow) emulator.faults.add(fault);
  expect(await seenDuring(() => directory.provisionUser({ key: 'kim' }, viewerRole))).toEqual([['kim']]);
  expect(await seenDuring(() => directory.unassignRole(kim))).toEqual([[]]);
  expect(await seenDuring(() => directory.assignRole(kim))).toEqual([['kim']]);
});
