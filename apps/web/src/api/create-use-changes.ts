import { useRouteContext } from '@tanstack/react-router';
import type { AppRouter } from '@latchkey/server/router';
import type { TRPCClient } from '@trpc/client';
import { useEffect } from 'react';
import type { Api } from './api.ts';
import { keepOpen } from './keep-open.ts';
import type { SubscriptionHandlers } from './open-stream.ts';

/** Starts a stream with its first subscriber and ends it after the last one, because several components share it. */
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

/** Calls a subscription that only reports that something changed. */
type SubscribeToChanges = (
  client: TRPCClient<AppRouter>,
  handlers: SubscriptionHandlers & { readonly onData: () => void },
) => { readonly unsubscribe: () => void };

/**
 * Creates a hook. While it is mounted, the queries of one router are refetched whenever its subscription reports a
 * change. All components of the page share one stream.
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
    // While an own mutation is pending, a response from before it would show the old state, so refetch afterwards.
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
