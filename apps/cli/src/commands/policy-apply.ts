import { assertFresh, changesIn, createPermitClient, type PlanOptions } from '@latchkey/permissions/policy';
import { permitOptions } from '../command-deps.ts';
import { confirmSetup } from '../options.ts';
import { applyAndReport } from '../policy/apply-and-report.ts';
import { addPlanOptions, makePlan, readPlan } from '../policy/make-plan.ts';
import { paintOf } from '../policy/paint.ts';
import type { AddPolicyCommand } from '../policy/load-table.ts';
import { renderPlan } from '../policy/render-plan.ts';
import { isDrifted, renderScopeDrift, scopeDriftOf } from '../policy/report-scopes.ts';

interface ApplyOptions extends PlanOptions {
  readonly allowDestructive?: boolean;
  readonly yes?: boolean;
}

export const addPolicyApply: AddPolicyCommand = (policy, deps) => {
  addPlanOptions(policy.command('apply'))
    .argument(
      '[plan]',
      'a file from "plan --out": apply exactly that plan, or none of it if something has changed',
    )
    .description("apply the table to Permit's environment; idempotent")
    .option(
      '--allow-destructive',
      'also remove objects that are not in the table, and replace those that cannot be changed',
    )
    .option('--yes', 'do not ask before a removal')
    .action(
      async (file: string | undefined, { allowDestructive = false, yes = false, ...given }: ApplyOptions) => {
        const paint = paintOf(deps);
        const table = await deps.table();
        const permit = permitOptions(deps);
        const client = createPermitClient(permit);
        const saved = file === undefined ? undefined : await readPlan(file);
        const planned = await makePlan(table, client, saved?.options ?? given);
        if (saved !== undefined) assertFresh(saved, planned);
        const { plan } = planned;
        for (const line of renderPlan(planned, paint)) deps.print(line);
        const scopes = await scopeDriftOf(table, deps);
        if (isDrifted(scopes)) for (const line of renderScopeDrift(scopes, paint)) deps.warn(line);
        const changes = changesIn(plan);
        if (changes.length === 0) return;
        const removes = allowDestructive && changes.some(({ destructive }) => destructive);
        const where = `Permit at ${permit.apiUrl}`;
        if (removes) await confirmSetup(deps, { changes: changes.length, where, yes });

        deps.print('');
        using signal = deps.interruption();
        const options = { client, signal, allowDestructive, say: deps.print, paint };
        const { taken, left } = await applyAndReport(plan, options, deps);
        deps.print(`${taken.length} of ${plan.steps.length} objects changed.`);
        if (left.length > 0) {
          deps.warn(
            `Objects kept because the table does not have them: ${left.length}. --allow-destructive removes them.`,
          );
        }
      },
    );
};
