import { useRouteContext } from '@tanstack/react-router';
import type { AppRouter } from '@latchkey/server/router';
import type { TRPCClient } from '@trpc/client';
import { useEffect } from 'react';
import type { Api } from './api.ts';
import { keepOpen } from './keep-open.ts';
import type { SubscriptionHandlers } from './open-stream.ts';

/** Starts something with its first user and ends it after its last one: several parts of a page follow the same stream. */
function shareStream(start: () => () => void): () => () => void {
  let users = 0;
  let end: (() => void) | undefined;
  return () => {
    users += 1;
    if (users === 1) end = start();
    let isUsing = true;
    return () => {
      if (!isUsing) return;
      isUsing = false;
      users -= 1;
      if (users === 0) end?.();
    };
  };
}

/** Calls a subscription that only says that something changed. */
type SubscribeToChanges = (
  client: TRPCClient<AppRouter>,
  handlers: SubscriptionHandlers & { readonly onData: () => void },
) => { readonly unsubscribe: () => void };

/**
 * Makes a hook. While it is used, the queries of one router are asked again whenever its subscription says so: one stream for
 * all parts of a page.
 */
export function createUseChanges(
  router: keyof AppRouter['_def']['record'],
  subscribe: SubscribeToChanges,
): (enabled?: boolean) => void {
  const followers = new WeakMap<Api, () => () => void>();
  const createFollower = ({ stream, queryClient }: Api): (() => () => void) => {
    const isMutating = (): boolean => queryClient.isMutating({ mutationKey: [[router]] }) > 0;
    const askAgain = (): void => void queryClient.invalidateQueries({ queryKey: [[router]] });
    let isWaiting = false;
    // While an own change is on its way, an answer from before it would show the old state: it is asked when that is through.
    const changed = (): void => {
      if (!isMutating()) return askAgain();
      if (isWaiting) return undefined;
      isWaiting = true;
      const stop = queryClient.getMutationCache().subscribe(() => {
        if (isMutating()) return;
        stop();
        isWaiting = false;
        askAgain();
      });
      return undefined;
    };
    const changes = stream((client, handlers) => subscribe(client, { ...handlers, onData: changed }));
    return shareStream(() => keepOpen(changes, { onGap: changed }));
  };
  return (enabled = true) => {
    const { api } = useRouteContext({ from: '/console' });
    useEffect(() => {
      if (!enabled) return undefined;
      const follow = followers.get(api) ?? createFollower(api);
      followers.set(api, follow);
      return follow();
    }, [api, enabled]);
  };
}
