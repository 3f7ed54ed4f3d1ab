import { webhookEventNames } from '@latchkey/directory-sync';
import { ActionableError } from '../actionable-error.ts';
import { eventsOf, type Hook } from './logto-state.ts';

/** What the name of the new webhook ends with while both exist. */
const suffix = ' (next key)';

/**
 * Where the rotation of a webhook's signing key stands. Logto replaces the key of a webhook at once, and refused deliveries are not
 * sent again. So a second webhook with the next key takes over, and at each moment one of the two is on. All of it is read from
 * Logto: a rotation that was stopped goes on from where it was.
 */
export type Rotation =
  /** There is one webhook, and no next key. */
  | { readonly stage: 'begin'; readonly current: Hook }
  /** The next webhook is there and switched off, until the server accepts its key. */
  | { readonly stage: 'switch'; readonly current: Hook; readonly next: Hook }
  /** The next webhook is on: the former one is switched off and removed. */
  | { readonly stage: 'finish'; readonly current: Hook; readonly next: Hook }
  /** The former webhook is gone: the next one takes its name. */
  | { readonly stage: 'rename'; readonly current: undefined; readonly next: Hook };

/**
 * Finds the webhook by a signing key of the settings, and the next one beside it.
 *
 * @throws {ActionableError} `LOGTO_SETUP_CONFLICT`
 */
export function rotationOf(hooks: readonly Hook[], signingKeys: readonly string[]): Rotation {
  const nexts = hooks.filter(({ name }) => name.endsWith(suffix));
  const known = hooks.filter(({ signingKey }) => signingKeys.includes(signingKey));
  const currents = known.filter((hook) => !nexts.includes(hook));
  const [current] = currents;
  const [only, ...more] = known;
  if (current === undefined && only?.enabled === true && more.length === 0) {
    return { stage: 'rename', current, next: only };
  }
  if (current === undefined || currents.length > 1) {
    throw new ActionableError('LOGTO_SETUP_CONFLICT', {
      says:
        current === undefined
          ? 'No webhook of Logto signs with a key of LOGTO_WEBHOOK_SIGNING_KEYS.'
          : `Several webhooks of Logto sign with a key of LOGTO_WEBHOOK_SIGNING_KEYS: ${currents.map(({ id, name }) => `${name} (${id})`).join(', ')}.`,
      fix:
        current === undefined
          ? 'Set it to the present key, or let latchkey connect logto set it.'
          : 'Leave only the key of the one to rotate in the setting.',
    });
  }
  const [next, ...others] = nexts.filter(({ name }) => name === `${current.name}${suffix}`);
  if (others.length > 0) {
    throw new ActionableError('LOGTO_SETUP_CONFLICT', {
      says: `Logto has several webhooks with the name ${current.name}${suffix}.`,
      fix: 'Remove all but one in Logto, and run the same again.',
    });
  }
  if (next === undefined) return { stage: 'begin', current };
  return { stage: next.enabled ? 'finish' : 'switch', current, next };
}

/** What creates the next webhook: as the current one, switched off, with a key that Logto makes. */
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

/** The name that the next webhook takes in the end. */
export function finalNameOf({ name }: Hook): string {
  return name.slice(0, -suffix.length);
}
