import { start, type Emulator } from '@latchkey/permit-emulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyPolicy } from '../policy-as-code/apply/apply-policy.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import { createPermitDirectory, type PermitDirectory } from './permit-directory.ts';

let emulator: Emulator;
let directory: PermitDirectory<typeof testPolicy>;
/** The members in Permit at the time of each reported change. */
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

const viewer = { role: 'viewer', tenant: 'default' } as const;
const kim = { user: 'kim', ...viewer };

async function seenDuring(write: () => Promise<unknown>): Promise<string[][]> {
  seen = [];
  await write();
  return Promise.all(seen);
}

test('reports a change only after Permit has it, so that no outdated decision is cached as new', async () => {
  const slow = ['POST', 'DELETE'].map((method) => ({ method, path: '/v2/facts/*', delay: 200 }));
  for (const fault of slow) emulator.faults.add(fault);
  expect(await seenDuring(() => directory.provisionUser({ key: 'kim' }, viewer))).toEqual([['kim']]);
  expect(await seenDuring(() => directory.unassignRole(kim))).toEqual([[]]);
  expect(await seenDuring(() => directory.assignRole(kim))).toEqual([['kim']]);
});
