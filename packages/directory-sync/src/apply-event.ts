import type { Grant, PermitDirectory } from '@latchkey/permissions/permit';
import { directoryUserOf } from './directory-user.ts';
import { isTestEvent, userOf, type LogtoEvent } from './events/logto-event.ts';

/** What an event led to: Permit's directory changed, or why it did not have to. */
export type EventOutcome =
  | { readonly kind: 'provisioned'; readonly user: string; readonly change: 'created' | 'updated' }
  | { readonly kind: 'ignored'; readonly because: 'test' | 'no_user' | 'not_handled' };

/** The two events of a sign-up. `User.Created` comes first, and alone when the person leaves before submitting. */
const provisioning = new Set(['User.Created', 'PostRegister']);

/**
 * Brings Permit up to what an event says. Safe to repeat: the default role comes with the user's creation only.
 * @throws {PermitApiError} from the directory.
 */
export async function applyEvent(
  event: LogtoEvent,
  directory: Pick<PermitDirectory, 'provisionUser'>,
  defaultGrant: Grant,
): Promise<EventOutcome> {
  if (isTestEvent(event)) return { kind: 'ignored', because: 'test' };
  if (!provisioning.has(event.event)) return { kind: 'ignored', because: 'not_handled' };
  const user = userOf(event);
  if (user === undefined) return { kind: 'ignored', because: 'no_user' };
  const change = await directory.provisionUser(directoryUserOf(user), defaultGrant);
  return { kind: 'provisioned', user: user.id, change };
}
