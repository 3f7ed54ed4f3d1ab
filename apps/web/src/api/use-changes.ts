import { useIsRestoring } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Api } from './api.ts';
import { keepOpen } from './keep-open.ts';

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

/** A router whose subscription `changes` only reports that something changed. */
type ChangingRouter = 'audit' | 'invitations' | 'members' | 'requests' | 'reviews';

function createFollower(
  { stream, queryClient, refetch: refetchPage }: Api,
  router: ChangingRouter,
): () => () => void {
  const isMutating = (): boolean => queryClient.isMutating({ mutationKey: [[router]] }) > 0;
  const refetch = (): void => void refetchPage({ queryKey: [[router]] });
  let isWaiting = false;
  // While an own mutation is pending, a response from before it would show the old state, so refetch afterwards.
  const onChange = (): void => {
    if (!isMutating()) return refetch();
    if (isWaiting) return undefined;
    isWaiting = true;
    const stop = queryClient.getMutationCache().subscribe(() => {
      if (isMutating()) return;
      stop();
      isWaiting = false;
      refetch();
    });
    return undefined;
  };
  const changes = stream((client, handlers) =>
    client[router].changes.subscribe(undefined, { ...handlers, onData: onChange }),
  );
  return shareStream(() => keepOpen(changes, { onGap: onChange }));
}

const followers = new WeakMap<Api, Map<ChangingRouter, () => () => void>>();

/**
 * While mounted, refetches the queries of a router whenever its subscription reports a change. All components of the
 * page share one stream.
 */
export function useChanges(router: ChangingRouter, enabled = true): void {
  const { api } = useRouteContext({ from: '/console' });
  // A page that is kept for an open form requests nothing.
  const isFrozen = useIsRestoring();
  useEffect(() => {
    if (!enabled || isFrozen) return undefined;
    const ofApi = followers.get(api) ?? new Map<ChangingRouter, () => () => void>();
    followers.set(api, ofApi);
    const follow = ofApi.get(router) ?? createFollower(api, router);
    ofApi.set(router, follow);
    return follow();
  }, [api, router, enabled, isFrozen]);
}
