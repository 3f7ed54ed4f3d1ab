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
  const ids = new Map<LogtoStep['about'], string>();
  const total = steps.filter(({ request }) => request !== undefined).length;
  let done = 0;
  for (const step of steps) {
    const { about, request, id } = step;
    if (request === undefined) {
      if (id !== undefined) ids.set(about, id);
      continue;
    }
    if (signal.aborted) throw stopped(done, total);
    // oxlint-disable-next-line no-await-in-loop -- in order, so that the output matches the changes
    const answer = await management.send(request, Created);
    ids.set(about, answer.id);
    done += 1;
    onStep(step);
  }
  // Reads the webhook again for its signing key, which a concurrent set-up may have changed.
  const hook = await management.get(hookPath({ id: idOf(ids, 'webhook') }), Hook);
  return { appId: idOf(ids, 'application'), hook };
}

function idOf(ids: ReadonlyMap<LogtoStep['about'], string>, about: LogtoStep['about']): string {
  const id = ids.get(about);
  if (id !== undefined) return id;
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
