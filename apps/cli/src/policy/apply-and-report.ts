import {
  applyPlan,
  PermitApiError,
  type AppliedPlan,
  type PermitClient,
  type PolicyPlan,
} from '@latchkey/permissions/policy';
import { ActionableError, stopped } from '../actionable-error.ts';
import type { CommandDeps } from '../command-deps.ts';
import type { Paint } from './paint.ts';
import { renderStep } from './render-plan.ts';

interface ApplyAndReportOptions {
  readonly client: PermitClient;
  readonly allowDestructive?: boolean;
  /** Aborted by Ctrl-C: no further object is changed. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly paint: Paint;
}

/** Reports to the audit log even after a failure or Ctrl-C part-way. */
export async function applyAndReport(
  plan: PolicyPlan,
  { signal, say, paint, ...options }: ApplyAndReportOptions,
  deps: CommandDeps,
): Promise<AppliedPlan> {
  signal.addEventListener('abort', () => deps.warn('Stopping after the current object…'), { once: true });
  let changed = 0;
  const report = async (outcome: 'done' | 'failed'): Promise<void> =>
    deps.reportChange?.(
      { action: 'policy.apply', outcome, after: { changed, planned: plan.steps.length } },
      deps,
    );
  try {
    const applied = await applyPlan(plan, {
      ...options,
      onProgress({ step, done, total }) {
        changed = done;
        say(`[${done}/${total}] ${renderStep(step, paint)}`);
        if (signal.aborted && done < total) throw stopped(done, total);
      },
    });
    if (changed > 0) await report('done');
    return applied;
  } catch (error) {
    if (error instanceof PermitApiError)
      deps.warn('The changes made so far stay. Run the command again to continue.');
    if (error instanceof PermitApiError || error instanceof ActionableError) await report('failed');
    throw error;
  }
}
