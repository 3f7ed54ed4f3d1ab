import { applyPolicy } from '@latchkey/permissions/permit';
import { noLimits, createRateLimiter } from '../src/apply/rate-limiter.ts';
import { createLogtoManagement } from '../src/logto/logto-management.ts';
import { createPermitFacts } from '../src/permit/permit-facts.ts';
import { createPermitTransport } from '../src/permit/permit-transport.ts';
import { reconcileAll } from '../src/reconcile/reconcile-all.ts';
import { testMapping, testPolicy } from '../src/testing/test-policy.ts';
import { startEmulatorProcesses } from '../src/testing/emulator-processes.ts';
import { m2m, syncApplication } from '../src/testing/sync-application.ts';

/** `node bench/full-reconcile.ts [users] [organizations]`: a first run into an empty Permit, then one that finds nothing. */
const [users = 100_000, organizations = 2_000] = process.argv.slice(2).map(Number);

const members = Map.groupBy(
  Array.from({ length: users / 2 }, (_, index) => index),
  (index) => index % organizations,
);
await using emulators = await startEmulatorProcesses({
  applications: [syncApplication],
  roles: [{ id: 'staff', name: 'Staff admin' }],
  organizationRoles: [{ id: 'owner', name: 'owner' }],
  users: Array.from({ length: users }, (_, index) => ({
    id: `user${String(index).padStart(8, '0')}`,
    username: `user_${index}`,
    primaryEmail: `user_${index}@example.test`,
    name: `User ${index}`,
    customData: { clearance: index % 10 === 0 ? 'secret' : 'public' },
    roles: index % 100 === 0 ? ['staff'] : [],
  })),
  organizations: Array.from({ length: organizations }, (_, index) => ({
    id: `org${String(index).padStart(8, '0')}`,
    name: `Organization ${index}`,
    members: (members.get(index) ?? []).map((member, place) => ({
      userId: `user${String(member).padStart(8, '0')}`,
      roles: place === 0 ? ['owner'] : [],
    })),
  })),
});
await applyPolicy(testPolicy, emulators.permit);
const deps = {
  logto: createLogtoManagement({ endpoint: emulators.logtoUrl, ...m2m, deadline: 120_000 }),
  permit: createPermitFacts(
    createPermitTransport({ ...emulators.permit, deadline: 120_000 }, createRateLimiter(noLimits)),
  ),
  mapping: testMapping,
};

for (const run of ['first', 'second']) {
  const began = performance.now();
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 50);
  const { operations, failed } = await reconcileAll(deps, { force: true }); // oxlint-disable-line no-await-in-loop -- the second finds what the first has left
  clearInterval(watch);
  console.log(
    JSON.stringify({
      run,
      users,
      organizations,
      operations: operations.length,
      failed: failed.length,
      seconds: Math.round((performance.now() - began) / 100) / 10,
      peakMiB: Math.round(peak / 2 ** 20),
    }),
  );
}
