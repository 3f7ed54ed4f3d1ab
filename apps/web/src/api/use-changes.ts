import { useIsRestoring } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { useEffect, useSyncExternalStore } from 'react';
import type { Api } from './api.ts';
import { keepOpen } from './keep-open.ts';

/** Shares one stream among subscribers: starts it with the first one and ends it with the last one. */
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

type ChangingRouter = 'audit' | 'invitations' | 'members' | 'requests' | 'reviews';

function createFollower(
  { stream, queryClient, refetch: refetchPage }: Api,
  router: ChangingRouter,
): () => () => void {
  const ofRouter = { queryKey: [[router]] };
  const refetch = (): void => void refetchPage(ofRouter);
  const isMutating = (): boolean => queryClient.isMutating({ mutationKey: [[router]] }) > 0;
  const isLoading = (): boolean =>
    queryClient.isFetching({ ...ofRouter, predicate: ({ state }) => state.data === undefined }) > 0;
  let isWaiting = false;
  /** Waits for the user's own mutations and first loads, because their data may be older than the change. */
  const onChange = (isStart = false): void => {
    if (!isMutating() && (isStart || !isLoading())) return refetch();
    if (isWaiting) return undefined;
    isWaiting = true;
    const check = (): void => {
      if (isMutating() || isLoading()) return;
      for (const stop of stops) stop();
      isWaiting = false;
      refetch();
    };
    const stops = [queryClient.getMutationCache(), queryClient.getQueryCache()].map((cache) =>
      cache.subscribe(check),
    );
    return undefined;
  };
  const changes = stream((client, handlers) => {
    // Every stream begins with a change, which the page's first load already includes.
    let isStart = true;
    return client[router].changes.subscribe(undefined, {
      ...handlers,
      onData() {
        onChange(isStart);
        isStart = false;
      },
    });
  });
  return shareStream(() => keepOpen(changes, { onGap: () => onChange() }));
}

const followers = new WeakMap<Api, Map<ChangingRouter, () => () => void>>();

/** Refetches the queries of a router whenever its subscription reports a change. Components share one stream. */
export function useChanges(router: ChangingRouter, enabled = true): void {
  const { api, auth } = useRouteContext({ from: '/console' });
  // A new session opens the stream again.
  const isOver = useSyncExternalStore(auth.session.subscribe, auth.session.isOver);
  // A page that stays because of an open form requests nothing.
  const isFrozen = useIsRestoring();
  useEffect(() => {
    if (!enabled || isFrozen || isOver) return undefined;
    const ofApi = followers.get(api) ?? new Map<ChangingRouter, () => () => void>();
    followers.set(api, ofApi);
    const follow = ofApi.get(router) ?? createFollower(api, router);
    ofApi.set(router, follow);
    return follow();
  }, [api, router, enabled, isFrozen, isOver]);
}
