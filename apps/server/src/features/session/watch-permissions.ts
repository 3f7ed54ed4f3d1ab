import type { FactChanges } from '../../auth/fact-changes.ts';
import type { Identity } from '../../auth/identity.ts';
import { concerns, type Subscriptions } from '../../trpc/subscriptions.ts';

export interface WatchPermissionsDeps {
  readonly factChanges: Pick<FactChanges, 'subscribe'>;
  readonly subscriptions: Subscriptions;
}

/** Yields whenever facts changed that the person's permissions may depend on. A browser then asks its gates again. */
export async function* watchPermissions(
  identity: Identity,
  signal: AbortSignal | undefined,
  { factChanges, subscriptions }: WatchPermissionsDeps,
): AsyncGenerator<{ readonly changed: true }, void, void> {
  const changes = subscriptions.open({
    identity,
    signal,
    subscribe: (onChange) =>
      factChanges.subscribe({
        onGap: onChange,
        onMessage(change) {
          if (concerns(change, identity)) onChange();
        },
      }),
  });
  for await (const _ of changes) yield { changed: true };
}
