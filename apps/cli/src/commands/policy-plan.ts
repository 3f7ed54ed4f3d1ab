import { changesIn, createPermitCaller, planPolicy, readEnvironment } from '@latchkey/permissions/policy';
import { permitOptions } from '../command-deps.ts';
import { paintOf } from '../policy/paint.ts';
import type { AddPolicyCommand } from '../policy/policy-command.ts';
import { renderPlan } from '../policy/render-plan.ts';

export const addPolicyPlan: AddPolicyCommand = (policy, deps) => {
  policy
    .command('plan')
    .description(
      "show what differs between the table and Permit's environment; exits with 2 when something does",
    )
    .option('--json', 'for machines')
    .action(async ({ json }: { readonly json?: true }) => {
      const table = await deps.table();
      const plan = planPolicy(table, await readEnvironment(createPermitCaller(permitOptions(deps))));
      const changes = changesIn(plan);
      if (json === true) {
        const unchanged = plan.steps.length - changes.length;
        deps.print(JSON.stringify({ changes, unchanged }, undefined, 2));
      } else {
        for (const line of renderPlan(plan, paintOf(deps))) deps.print(line);
      }
      deps.exitWith(changes.length === 0 ? 0 : 2);
    });
};
