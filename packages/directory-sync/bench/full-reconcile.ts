import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startEmulatorProcesses } from '../src/testing/start-emulators.ts';
import { testPolicy } from '../src/testing/test-policy.ts';

/**
 * `node bench/full-reconcile.ts [users] [organizations]`: a first run into an empty Permit, then one that finds nothing to do.
 * Each run is a process of its own, as with the CLI, because this process holds the seed in its memory.
 */
const execute = promisify(execFile);
const [users = 100_000, organizations = 2_000] = process.argv.slice(2).map(Number);

const members = Map.groupBy(
  Array.from({ length: users / 2 }, (_, index) => index),
  (index) => index % organizations,
);
await using emulators = await startEmulatorProcesses({
  policy: testPolicy,
  logtoSeed: {
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
  },
});
for (const run of ['first', 'second']) {
  const connections = JSON.stringify({ logto: emulators.logto, permit: emulators.permit });
  const script = fileURLToPath(new URL('one-reconcile.ts', import.meta.url));
  const { stdout } = await execute(process.execPath, [script, connections]); // oxlint-disable-line no-await-in-loop -- the second run compares with the result of the first
  console.log(run, stdout.trim());
}
