import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MACHINE_APP, seedUsers } from './seed-users.ts';
import type { Settings } from './settings.ts';
import type { StartContext, Supervisor } from './supervisor.ts';

/** The CLI, before the server runs: its changes have no actor and are not in the audit log. */
const command = (...args: string[]) => ({
  args: ['apps/cli/src/main.ts', ...args],
  environment: { LATCHKEY_URL: '' },
});

/**
 * Seeds the Permit emulator: at every start the policy of packages/policy, and on fresh data the roles of the seeded users.
 * A live Permit is not changed: an administrator decides when its policy changes.
 */
export async function seedPermit({ settings, report, supervisor }: StartContext): Promise<void> {
  if (settings.permit.emulatorPorts === undefined) {
    report.line('    The policy there is left as it is; "pnpm latchkey policy apply" brings it up to date.');
    return;
  }
  await report.step('Policy', async () => {
    const table = ['--table', 'packages/policy/src/index.ts'];
    const applied = await supervisor.once('policy', command('policy', ...table, 'apply'));
    const granted = await grantRolesOnce(settings, supervisor);
    return `${applied.split('\n').at(-1) ?? ''}${granted}`;
  });
}

const doneFile = ({ dataDir }: Settings): string => join(dataDir, 'roles-granted');

/** On fresh data only: a role that an administrator removed must not come back at the next start. */
export const grantsRoles = (settings: Settings): boolean =>
  settings.logto.emulatorPort !== undefined && !existsSync(doneFile(settings));

async function grantRolesOnce(settings: Settings, supervisor: Supervisor): Promise<string> {
  if (!grantsRoles(settings)) return '';
  const grant = (id: string, role: string, about: readonly string[]): Promise<string> =>
    supervisor.once(`grant-${id}`, command('grant', id, role, ...about));
  await Promise.all([
    ...seedUsers.map(({ id, role, email, name }) => grant(id, role, ['--email', email, '--name', name])),
    // `latchkey sync` calls the server as this application.
    grant(MACHINE_APP.id, 'admin', ['--name', MACHINE_APP.name]),
  ]);
  writeFileSync(doneFile(settings), '');
  return ` ${seedUsers.length} people have their role.`;
}
