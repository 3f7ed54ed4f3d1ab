import { z } from 'zod';
import { ActionableError, stopped } from '../actionable-error.ts';
import { Hook, hookPath } from './logto-state.ts';
import type { Management } from './management.ts';
import type { LogtoStep } from './plan-logto.ts';
import type { Paint } from '../policy/paint.ts';

const Created = z.object({ id: z.string() });

export interface ConnectedLogto {
  readonly appId: string;
  readonly hook: Hook;
}

/** A failure does not undo earlier changes: a new plan continues from there. */
export async function applyLogto(
  management: Management,
  steps: readonly LogtoStep[],
  { signal, onStep }: { readonly signal: AbortSignal; readonly onStep: (step: LogtoStep) => void },
): Promise<ConnectedLogto> {
  const ids = new Map<LogtoStep, string>();
  const idOf = (step: LogtoStep): string => ids.get(step) ?? step.id ?? idMissing(step.about);
  const total = steps.filter(({ change }) => change !== 'unchanged').length;
  let done = 0;
  for (const step of steps) {
    const request = step.request ?? step.requestFor?.(idOf);
    if (request === undefined) continue;
    if (signal.aborted) throw stopped(done, total);
    // oxlint-disable-next-line no-await-in-loop -- in order, so that the output matches the changes
    const answer = await management.send(request, step.change === 'created' ? Created : z.unknown());
    const created = Created.safeParse(answer).data;
    if (created !== undefined) ids.set(step, created.id);
    done += 1;
    onStep(step);
  }
  const stepOf = (about: LogtoStep['about']): string => {
    const step = steps.find((one) => one.about === about);
    return step === undefined ? idMissing(about) : idOf(step);
  };
  // Reads the webhook again for its signing key, which a concurrent set-up may have changed.
  const hook = await management.get(hookPath({ id: stepOf('webhook') }), Hook);
  return { appId: stepOf('application'), hook };
}

function idMissing(about: LogtoStep['about']): never {
  throw new ActionableError('LOGTO_ANSWER_UNKNOWN', {
    says: `The plan has no ${about}.`,
    fix: 'Run the command again.',
  });
}

const marks = { created: '+', updated: '~', unchanged: '=' } as const;
const styles = { created: 'green', updated: 'yellow', unchanged: 'dim' } as const;

/** Renders one step: `+ webhook Latchkey directory sync`. */
export function renderLogtoStep({ about, name, change }: LogtoStep, paint: Paint): string {
  return paint(styles[change], `${marks[change]} ${about} ${name}`);
}

export function renderLogtoPlan(steps: readonly LogtoStep[], paint: Paint): string[] {
  return steps.flatMap((step) => [
    renderLogtoStep(step, paint),
    ...step.differences.map((difference) => paint('dim', `    ${difference}`)),
  ]);
}

/** The steps as in the JSON output. */
export function describeSteps(steps: readonly LogtoStep[]): Omit<LogtoStep, 'request' | 'requestFor'>[] {
  return steps.map(({ about, name, change, differences, id }) => ({ about, name, change, differences, id }));
}
