import { applyPolicy } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { permitOptions, type AddCommand } from '../command-deps.ts';

export const addPolicyApply: AddCommand = (program, deps) => {
  program
    .command('apply')
    .description("bring Permit's environment to what the policy table says; running it again changes nothing")
    .action(async () => {
      const marks = { created: '+', updated: '~', unchanged: '=' } as const;
      const changes = await applyPolicy(policy, permitOptions(deps), ({ kind, key, change }) => {
        if (change !== 'unchanged') deps.print(`${marks[change]} ${kind} ${key}`);
      });
      const changed = changes.filter(({ change }) => change !== 'unchanged').length;
      deps.print(
        changed === 0
          ? `No changes: ${changes.length} objects are as the table says.`
          : `${changed} of ${changes.length} objects changed.`,
      );
    });
};
