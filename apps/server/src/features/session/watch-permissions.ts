import type { Invalidation } from '@latchkey/permissions/permit';
import type { FactChanges } from '../../auth/fact-changes.ts';
import type { Identity } from '../../auth/identity.ts';
import { watch } from '../../trpc/watch.ts';

/**
 * Yields whenever facts changed that the person's permissions may depend on, until a signal aborts or the token expires.
 * A browser that receives it asks its gates again.
 */
export async function* watchPermissions(
  identity: Identity,
  factChanges: Pick<FactChanges, 'subscribe'>,
  signals: readonly (AbortSignal | undefined)[],
): AsyncGenerator<{ readonly changed: true }, void, void> {
  const expiry = AbortSignal.timeout(Math.max(0, identity.expiresAt * 1000 - Date.now()));
  const subscribe = (onChange: () => void) =>
    factChanges.subscribe({
      onGap: onChange,
      onMessage(change) {
        if (concerns(change, identity)) onChange();
      },
    });
  for await (const _ of watch(subscribe, [...signals, expiry])) yield { changed: true };
}

/** A change of a tenant or of an instance may concern everyone there; a change of a user concerns that user. */
function concerns({ subject, tenant }: Invalidation, identity: Identity): boolean {
  if (subject !== undefined) return subject === identity.subject;
  return tenant === undefined || tenant === identity.tenant;
}
