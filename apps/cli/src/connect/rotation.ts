import { webhookEventNames } from '@latchkey/directory-sync';
import { ActionableError } from '../actionable-error.ts';
import { eventsOf, type Hook } from './logto-state.ts';

/** The suffix of the new webhook's name while both exist. */
const suffix = ' (next key)';

/**
 * The stage of a signing key rotation. Logto replaces the key of a webhook immediately, and does not retry refused
 * deliveries: up to 1.42 it retries none, later versions only after a 5xx. So a second webhook with the next key takes
 * over: it is enabled before the first one is disabled. The stage is derived from Logto, so an interrupted rotation can
 * continue.
 */
export type Rotation =
  /** There is one webhook, and no next key. */
  | { readonly stage: 'begin'; readonly current: Hook }
  /** The next webhook exists but is disabled, until the server accepts its key. */
  | { readonly stage: 'switch'; readonly current: Hook; readonly next: Hook }
  /** The next webhook is enabled: the previous one must be disabled and deleted. */
  | { readonly stage: 'finish'; readonly current: Hook; readonly next: Hook }
  /** The previous webhook is deleted: the next one must take its name. */
  | { readonly stage: 'rename'; readonly current: undefined; readonly next: Hook };

/** @throws {ActionableError} `LOGTO_SETUP_CONFLICT` */
export function rotationOf(hooks: readonly Hook[], signingKeys: readonly string[]): Rotation {
  const nexts = hooks.filter(({ name }) => name.endsWith(suffix));
  const known = hooks.filter(({ signingKey }) => signingKeys.includes(signingKey));
  const currents = hooks.filter(
    (hook) =>
      !nexts.includes(hook) &&
      known.some((one) => one === hook || (isNextOf(one, hook) && one.config.url === hook.config.url)),
  );
  const [current] = currents;
  const [only, ...more] = known;
  if (current === undefined && only?.enabled === true && more.length === 0) {
    return { stage: 'rename', current, next: only };
  }
  if (current === undefined || currents.length > 1) {
    throw new ActionableError('LOGTO_SETUP_CONFLICT', {
      says:
        current === undefined
          ? 'No webhook in Logto signs with a key in LOGTO_WEBHOOK_SIGNING_KEYS.'
          : `Several webhooks in Logto sign with a key in LOGTO_WEBHOOK_SIGNING_KEYS: ${currents.map(({ id, name }) => `${name} (${id})`).join(', ')}.`,
      fix:
        current === undefined
          ? 'Set it to the current key, or run latchkey connect logto.'
          : 'Keep only the key of the webhook to rotate in the setting.',
    });
  }
  const [next, ...others] = nexts.filter((hook) => isNextOf(hook, current));
  if (others.length > 0) {
    throw new ActionableError('LOGTO_SETUP_CONFLICT', {
      says: `Logto has several webhooks with the name ${current.name}${suffix}.`,
      fix: 'Remove all but one in Logto, then run the command again.',
    });
  }
  if (next === undefined) return { stage: 'begin', current };
  return { stage: next.enabled ? 'finish' : 'switch', current, next };
}

/** Whether a rotation has created this webhook to replace the current one. */
export function isNextOf(hook: Hook, current: Hook): boolean {
  return hook.name === `${current.name}${suffix}`;
}

/** The body that creates the next webhook: disabled, otherwise like the current one. Logto generates its key. */
export function nextHookOf(hook: Hook): object {
  const subscribed = eventsOf(hook);
  const { name, config } = hook;
  return {
    name: `${name}${suffix}`,
    events: subscribed.length > 0 ? subscribed : webhookEventNames,
    config,
    enabled: false,
  };
}

export function finalNameOf({ name }: Hook): string {
  return name.slice(0, -suffix.length);
}
