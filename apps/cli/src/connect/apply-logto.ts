import { z } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import { Hook } from './logto-state.ts';
import type { Management } from './management.ts';
import type { LogtoStep } from './plan-logto.ts';

const Created = z.object({ id: z.string() });

/** The data from Logto that the settings need after a set-up. */
export interface ConnectedLogto {
  readonly appId: string;
  readonly hook: Hook;
}

/**
 * Applies a plan, one object after the other. A failure does not undo earlier changes: a new plan continues from there.
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
    // oxlint-disable-next-line no-await-in-loop -- in order, so that the output matches the changes
    const answer = await management.send(request, Created);
    ids.set(about, answer.id);
    onStep(step);
  }
  const hookId = idOf(ids, 'webhook');
  // Read again for the current signing key, even if another set-up ran concurrently.
  const hook = await management.get(`/hooks/${encodeURIComponent(hookId)}`, Hook);
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
