import {
  applyPolicy,
  createPermitDirectory,
  type PermitManagementOptions,
} from '@latchkey/permissions/permit';
import { rolesOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { Argument, Command, Option } from 'commander';

export interface ProgramDeps {
  /** Read when a command runs, so that `--help` needs no environment. */
  readonly permit: () => PermitManagementOptions;
  readonly print: (line: string) => void;
  /** For what is wrong with the words of a call. */
  readonly warn: (line: string) => void;
}

/** The operator's hand: `latchkey <command>`. Commands reject; `main.ts` says how that looks and what it exits with. */
export function createProgram({ permit, print, warn }: ProgramDeps): Command {
  const program = new Command('latchkey')
    .description("The operator's hand on Latchkey")
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(text.trimEnd()), writeErr: (text) => warn(text.trimEnd()) });

  program
    .command('policy')
    .description('The policy table and Permit')
    .command('apply')
    .description("bring Permit's environment to what the policy table says; running it again changes nothing")
    .action(async () => {
      const marks = { created: '+', updated: '~', unchanged: '=' } as const;
      const changes = await applyPolicy(policy, permit(), ({ kind, key, change }) => {
        if (change !== 'unchanged') print(`${marks[change]} ${kind} ${key}`);
      });
      const changed = changes.filter(({ change }) => change !== 'unchanged').length;
      print(
        changed === 0
          ? `No changes: ${changes.length} objects are as the table says.`
          : `${changed} of ${changes.length} objects changed.`,
      );
    });

  program
    .command('grant')
    .description('give a user a tenant role; a user whom Permit does not know yet is created with it')
    .argument('<user>', "the user's key: the id that Logto shows")
    .addArgument(new Argument('<role>', 'a tenant role of the policy table').choices(rolesOf(policy)))
    .option('--tenant <key>', 'the tenant', 'default')
    .addOption(new Option('--email <address>', "kept as the user's address"))
    .addOption(new Option('--name <name>', "kept as the user's name"))
    .action(async (user: string, role: string, { tenant, email, name }: GrantOptions) => {
      const directory = createPermitDirectory(permit());
      const created = await directory.provisionUser({ key: user, email, firstName: name }, { role, tenant });
      const assigned =
        created === 'created' ? 'assigned' : await directory.assignRole({ user, role, tenant });
      print(
        assigned === 'assigned'
          ? `${user} is now ${role} in ${tenant}.`
          : `${user} already was ${role} in ${tenant}.`,
      );
    });

  return program;
}

interface GrantOptions {
  readonly tenant: string;
  readonly email?: string;
  readonly name?: string;
}
