import { EventEmitter, on } from 'node:events';
import type { Identity } from '../auth/identity.ts';
import type { Message } from '../bus/message.ts';
import type { Services } from '../trpc/context.ts';

/**
 * Yields whenever facts changed that the person's permissions may depend on, until the caller hangs up, the token
 * expires or the server stops. A browser that hears it asks its gates again.
 */
export async function* changesFor(
  identity: Identity,
  { bus, stopping }: Pick<Services, 'bus' | 'stopping'>,
  hangUp: AbortSignal | undefined,
): AsyncGenerator<{ readonly changed: true }, void, void> {
  const expiry = AbortSignal.timeout(Math.max(0, identity.expiresAt * 1000 - Date.now()));
  const end = AbortSignal.any([stopping, expiry, ...(hangUp === undefined ? [] : [hangUp])]);
  const emitter = new EventEmitter();
  const unsubscribe = bus.subscribe((message) => {
    if (concerns(message, identity)) emitter.emit('change');
  });
  try {
    for await (const _ of on(emitter, 'change', { signal: end })) yield { changed: true };
  } catch (error) {
    if (!end.aborted) throw error;
  } finally {
    unsubscribe();
  }
}

/** A change of a tenant or an instance may concern anyone there; of a user, that one. */
function concerns(message: Message, { subject, tenant }: Identity): boolean {
  if (message.kind === 'account-status') return message.subject === subject;
  if (message.kind !== 'invalidated') return false;
  if (message.subject !== undefined) return message.subject === subject;
  return message.tenant === undefined || message.tenant === tenant;
}
