import { writeFile } from 'node:fs/promises';
import { createPermitClient, printPolicy, pullPolicy, readEnvironment } from '@latchkey/permissions/policy';
import { permitOptions } from '../command-deps.ts';
import type { AddPolicyCommand } from '../policy/load-table.ts';

interface PullOptions {
  readonly out?: string;
  readonly defaultRole?: string;
}

export const addPolicyPull: AddPolicyCommand = (policy, deps) => {
  policy
    .command('pull')
    .description("write a policy table from Permit's environment")
    .option('--out <file>', 'the file to write; default: stdout')
    .option('--default-role <role>', 'the default role of new users, which Permit does not store')
    .action(async ({ out, defaultRole }: PullOptions) => {
      const environment = await readEnvironment(createPermitClient(permitOptions(deps)));
      const pulled = pullPolicy(environment, defaultRole);
      // Imported here, because prettier loads slowly and no other command needs it.
      const { format } = await import('prettier');
      const style = { parser: 'typescript', printWidth: 110, singleQuote: true } as const;
      const source = await format(printPolicy(pulled.policy), style);
      if (out === undefined) deps.print(source.trimEnd());
      else await writeFile(out, source);
      for (const note of pulled.notes) deps.warn(note);
      if (pulled.policy.defaultRole !== defaultRole) {
        deps.warn(`The default role is a guess: ${pulled.policy.defaultRole}. Choose the one for newcomers.`);
      }
      if (out !== undefined) deps.print(`Wrote ${out}.`);
    });
};
