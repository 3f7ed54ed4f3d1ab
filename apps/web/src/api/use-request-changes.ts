import { useRouteContext } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Api } from './api.ts';
import { keepOpen } from './keep-open.ts';
import { shareStream } from './share-stream.ts';

/** One stream for all parts of a page. */
const followers = new WeakMap<Api, () => () => void>();

/** While it is used, what is shown of access requests is asked again whenever one changes that concerns the person. */
export function useRequestChanges(enabled = true): void {
  const { api } = useRouteContext({ from: '/console' });
  useEffect(() => {
    if (!enabled) return undefined;
    const follow = followers.get(api) ?? createFollower(api);
    followers.set(api, follow);
    return follow();
  }, [api, enabled]);
}

function createFollower({ stream, queryClient }: Api): () => () => void {
  const changed = (): void => void queryClient.invalidateQueries({ queryKey: [['requests']] });
  const requestChanges = stream((streams, handlers) =>
    streams.requests.changes.subscribe(undefined, { ...handlers, onData: changed }),
  );
  return shareStream(() => keepOpen(requestChanges, { onGap: changed }));
}
