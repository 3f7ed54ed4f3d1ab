import { rolesOf, type Policy } from '@latchkey/permissions';
import { createPermitDirectory } from '@latchkey/permissions/permit';
import { Argument, type Command } from 'commander';
import { ActionableError } from '../actionable-error.ts';
import { permitOptions, type CommandDeps } from '../command-deps.ts';
import { loadTable, tableFile, tableOption } from '../policy/load-table.ts';

interface GrantOptions {
  readonly tenant: string;
  readonly table?: string;
  readonly email?: string;
  readonly name?: string;
}

export async function addGrant(program: Command, deps: CommandDeps): Promise<void> {
  const role = new Argument('<role>', 'a tenant role of the policy table');
  // This table serves only completion and `--help`: `--table` may name another one for the command itself.
  const table = await loadTable(tableFile(undefined, deps)).catch(() => undefined);
  if (table !== undefined) role.argChoices = rolesOf(table);
  program
    .command('grant')
    .argument('<user>', "the user's key: the id that Logto shows")
    .addArgument(role)
    .option('--tenant <key>', 'the tenant', 'default')
    .option('--table <file>', tableOption)
    .option('--email <address>', "stored as the user's email address")
    .option('--name <name>', "stored as the user's name")
    .action(async (user: string, role: string, options: GrantOptions) =>
      grantRole({ ...options, user, role }, deps),
    );
}

export async function grantRole(
  { user, role, tenant, table, email, name }: GrantOptions & { readonly user: string; readonly role: string },
  deps: CommandDeps,
): Promise<void> {
  const policy: Policy = await loadTable(tableFile(table, deps));
  if (!rolesOf(policy).includes(role)) {
    throw new ActionableError('ROLE_UNKNOWN', {
      says: `The table has no tenant role ${role}.`,
      fix: `Its roles are ${rolesOf(policy).join(', ')}. --table or LATCHKEY_TABLE names another table.`,
    });
  }
  const directory = createPermitDirectory({ policy, ...permitOptions(deps) });
  const created = await directory.provisionUser({ key: user, email, firstName: name }, { role, tenant });
  const assigned = created === 'created' ? 'assigned' : await directory.assignRole({ user, role, tenant });
  if (assigned === 'assigned')
    await deps.reportChange?.({ action: 'role.assign', tenant, subject: user, after: { role } }, deps);
  deps.print(
    assigned === 'assigned'
      ? `${user} now has the role ${role} in ${tenant}.`
      : `${user} already has the role ${role} in ${tenant}.`,
  );
}
