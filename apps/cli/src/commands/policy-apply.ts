import {
  applyPlan,
  assertFresh,
  changesIn,
  createPermitClient,
  PermitApiError,
  type ApplyProgress,
  type PlanOptions,
} from '@latchkey/permissions/policy';
import { permitOptions, type CommandDeps } from '../command-deps.ts';
import { addPlanOptions, makePlan } from '../policy/make-plan.ts';
import { paintOf } from '../policy/paint.ts';
import type { AddPolicyCommand } from '../policy/load-table.ts';
import { renderPlan, renderStep } from '../policy/render-plan.ts';
import { readPlan } from '../policy/saved-plan-file.ts';

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
        const client = createPermitClient(permitOptions(deps));
        const saved = file === undefined ? undefined : await readPlan(file);
        const planned = await makePlan(table, client, saved?.options ?? given);
        if (saved !== undefined) assertFresh(saved, planned);
        const { plan } = planned;
        for (const line of renderPlan(planned, paint)) deps.print(line);
        const changes = changesIn(plan);
        if (changes.length === 0) return;
        const removes = allowDestructive && changes.some(({ destructive }) => destructive);
        if (removes && !yes) await confirmRemoval(deps);

        deps.print('');
        let changed = 0;
        const onProgress = ({ step, done, total }: ApplyProgress): void => {
          changed = done;
          deps.print(`[${done}/${total}] ${renderStep(step, paint)}`);
        };
        const report = async (outcome: 'done' | 'failed'): Promise<void> =>
          deps.reportChange?.({
            action: 'policy.apply',
            outcome,
            after: { changed, planned: plan.steps.length },
          });
        try {
          const { taken, left } = await applyPlan(plan, { client, allowDestructive, onProgress });
          if (changed > 0) await report('done');
          deps.print(`${taken.length} of ${plan.steps.length} objects changed.`);
          if (left.length > 0) {
            deps.warn(
              `Objects kept because the table does not have them: ${left.length}. --allow-destructive removes them.`,
            );
          }
        } catch (error) {
          if (error instanceof PermitApiError) {
            deps.warn('The changes made so far stay. Run the command again to continue.');
            await report('failed');
          }
          throw error;
        }
      },
    );
};

/** @throws {Error} when the user declines, or without a terminal */
async function confirmRemoval({ confirm }: CommandDeps): Promise<void> {
  if (confirm === undefined) throw new Error('Nothing was changed: without a terminal, removals need --yes.');
  if (!(await confirm('Make the removals of the plan?'))) throw new Error('Nothing was changed.');
}
