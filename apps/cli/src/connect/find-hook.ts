import { ActionableError } from '../actionable-error.ts';
import type { Hook } from './logto-state.ts';

/**
 * Finds the webhook with an id, or else the enabled webhook that signs with a key of the settings.
 *
 * @throws {ActionableError} `LOGTO_SETUP_CONFLICT` when there is none, or more than one
 */
export function findHook(
  hooks: readonly Hook[],
  id: string | undefined,
  signingKeys: readonly string[],
): Hook {
  const candidates = hooks.filter((hook) =>
    id === undefined ? signingKeys.includes(hook.signingKey) : hook.id === id,
  );
  const [hook, ...others] = candidates.filter(({ enabled }) => enabled || id !== undefined);
  if (hook !== undefined && others.length === 0) return hook;
  throw new ActionableError('LOGTO_SETUP_CONFLICT', {
    says:
      hook === undefined
        ? 'There is no such webhook in Logto.'
        : 'Several webhooks sign with a key of the settings.',
    fix: `Say which one with --hook <id>: ${hooks.map(({ id: one, name }) => `${name} (${one})`).join(', ') || 'latchkey connect logto creates one'}.`,
  });
}
