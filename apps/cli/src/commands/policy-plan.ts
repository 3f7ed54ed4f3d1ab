import { changesIn, createPermitClient, type PlanOptions } from '@latchkey/permissions/policy';
import { permitOptions } from '../command-deps.ts';
import { addPlanOptions, makePlan } from '../policy/make-plan.ts';
import { paintOf } from '../policy/paint.ts';
import type { AddPolicyCommand } from '../policy/load-table.ts';
import { renderPlan } from '../policy/render-plan.ts';
import { writePlan } from '../policy/saved-plan-file.ts';

interface Options extends PlanOptions {
  readonly json?: true;
  readonly out?: string;
}

export const addPolicyPlan: AddPolicyCommand = (policy, deps) => {
  addPlanOptions(policy.command('plan'))
    .description(
      "show the differences between the table and Permit's environment; exits with 2 if there are any",
    )
    .option('--json', 'print JSON')
    .option('--out <file>', 'also save the plan, for "latchkey policy apply <file>"')
    .action(async ({ json, out, ...options }: Options) => {
      const planned = await makePlan(await deps.table(), createPermitClient(permitOptions(deps)), options);
      const { plan, dependents } = planned;
      const changes = changesIn(plan);
      if (json === true) {
        const unchanged = plan.steps.length - changes.length;
        const counted = changes.map((step) => ({ ...step, dependents: dependents.get(step) }));
        deps.print(JSON.stringify({ changes: counted, unchanged }, undefined, 2));
      } else {
        for (const line of renderPlan(planned, paintOf(deps))) deps.print(line);
      }
      if (out !== undefined) {
        await writePlan(out, planned);
        deps.warn(
          `Saved in ${out}. "latchkey policy apply ${out}" does this, or nothing if something has changed.`,
        );
      }
      deps.exitWith(changes.length === 0 ? 0 : 2);
    });
};
