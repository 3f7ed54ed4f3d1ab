import { createPermitDirectory } from '@latchkey/permissions/permit';
import { rolesOf, type Policy } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { Argument } from 'commander';
import { permitOptions, type AddCommand, type CommandDeps } from '../command-deps.ts';
import { reportChange } from '../server/connect-server.ts';

interface GrantOptions {
  readonly tenant: string;
  readonly email?: string;
  readonly name?: string;
}

export const addGrant: AddCommand = (program, deps) => {
  program
    .command('grant')
    .argument('<user>', "the user's key: the id that Logto shows")
    .addArgument(new Argument('<role>', 'a tenant role of the policy table').choices(rolesOf(policy)))
    .option('--tenant <key>', 'the tenant', 'default')
    .option('--email <address>', "stored as the user's email address")
    .option('--name <name>', "stored as the user's name")
    .action(async (user: string, role: string, options: GrantOptions) =>
      grantRole({ ...options, user, role }, deps),
    );
};

/** Assigns a tenant role to a user, reports it to the audit log, and prints the result. */
export async function grantRole(
  { user, role, tenant, email, name }: GrantOptions & { readonly user: string; readonly role: string },
  deps: CommandDeps,
): Promise<void> {
  const table: Policy = policy;
  const directory = createPermitDirectory({ policy: table, ...permitOptions(deps) });
  const created = await directory.provisionUser({ key: user, email, firstName: name }, { role, tenant });
  const assigned = created === 'created' ? 'assigned' : await directory.assignRole({ user, role, tenant });
  if (assigned === 'assigned')
    await reportChange({ action: 'role.assign', tenant, subject: user, after: { role } }, deps);
  deps.print(
    assigned === 'assigned'
      ? `${user} is now ${role} in ${tenant}.`
      : `${user} already was ${role} in ${tenant}.`,
  );
}
