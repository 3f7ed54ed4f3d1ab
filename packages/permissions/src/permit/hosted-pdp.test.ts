import { start, type Emulator } from '@latchkey/permit-emulator';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AuthorizationUnavailableError } from '../errors.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import { createPermitDecider, type PermitDecider } from './permit-decider.ts';

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

test('the PDP that Permit hosts decides by roles', async () => {
  const decisions = await decider.decide([view, { ...view, subject: 'bob' }]);
  expect(decisions.map(({ outcome }) => outcome)).toEqual(['allow', 'deny']);
});

test('a check with attributes is an outage there, never a decision', async () => {
  await expect(decider.decide([{ ...view, attributes: { pages: 3 } }])).rejects.toThrow(
    AuthorizationUnavailableError,
  );
});
