import { z } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import { Hook } from './logto-state.ts';
import type { Management } from './management.ts';
import type { LogtoStep } from './plan-logto.ts';

const Created = z.object({ id: z.string() });

/** What the settings need to know of Logto after a set-up. */
export interface ConnectedLogto {
  readonly appId: string;
  readonly hook: Hook;
}

/**
 * Carries out a plan, one object after the other. What was done stays when one fails: a new plan goes on from there.
 *
 * @param onStep - called after each object that was created or updated
 * @throws {ActionableError}
 */
export async function applyLogto(
  management: Management,
  steps: readonly LogtoStep[],
  onStep: (step: LogtoStep) => void,
): Promise<ConnectedLogto> {
  const ids = new Map<LogtoStep['about'], string>();
  for (const step of steps) {
    const { about, request, id } = step;
    if (request === undefined) {
      if (id !== undefined) ids.set(about, id);
      continue;
    }
    // oxlint-disable-next-line no-await-in-loop -- in order, so that what is said is what was done
    const answer = await management.send(request, Created);
    ids.set(about, answer.id);
    onStep(step);
  }
  const hookId = idOf(ids, 'webhook');
  // Read again: its signing key is what Logto has now, also when another set-up ran beside this one.
  const hook = await management.get(`/hooks/${encodeURIComponent(hookId)}`, Hook);
  return { appId: idOf(ids, 'application'), hook };
}

function idOf(ids: ReadonlyMap<LogtoStep['about'], string>, about: LogtoStep['about']): string {
  const id = ids.get(about);
  if (id !== undefined) return id;
  throw new ActionableError('LOGTO_ANSWER_UNKNOWN', {
    says: `The plan has no ${about}.`,
    fix: 'Run the same again.',
  });
}
