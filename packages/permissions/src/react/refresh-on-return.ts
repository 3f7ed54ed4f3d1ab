/** Calls `refresh` when the window regains focus and when the network reconnects. Returns an unsubscribe function. */
export function refreshOnReturn(refresh: () => void): (() => void) | undefined {
  if (typeof document === 'undefined') return undefined; // React Native
  const unsubscribed = new AbortController();
  const { signal } = unsubscribed;
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') refresh();
  };
  document.addEventListener('visibilitychange', onVisible, { signal });
  addEventListener('focus', onVisible, { signal });
  addEventListener('online', refresh, { signal });
  return () => unsubscribed.abort();
}
