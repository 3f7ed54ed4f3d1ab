import { expect, test } from 'vitest';
import { limitSyncToInstallation } from './installation-permissions.ts';

test("the other checks of a call retain the decider's sources", async () => {
  const decider = limitSyncToInstallation({
    async decide(checks, { onSource } = {}) {
      return checks.map(({ permission }, index) => {
        onSource?.(permission === 'reports:view' ? 'cache' : 'pdp', index);
        return { outcome: 'allow', permission };
      });
    },
    grants: async () => ({ roles: [], permissions: [] }),
  });
  const sources: unknown[] = [];
  const checks = (['members:view', 'sync:view', 'reports:view'] as const).map((permission) => ({
    subject: 'ann',
    tenant: 'acme',
    permission,
  }));
  const decisions = await decider.decide(checks, { onSource: (...source) => sources.push(source) });
  expect(decisions.map(({ outcome }) => outcome)).toEqual(['allow', 'deny', 'allow']);
  expect(sources).toEqual([
    ['pdp', 0],
    ['cache', 2],
  ]);
});
