/** Calls `refresh` when the window regains focus and when the network reconnects. Returns an unsubscribe function. */
export function refreshOnReturn(refresh: () => void): (() => void) | undefined {
  if (typeof document === 'undefined') return undefined; // React Native
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') refresh();
  };
  document.addEventListener('visibilitychange', onVisible);
  addEventListener('focus', onVisible);
  addEventListener('online', refresh);
  return () => {
    document.removeEventListener('visibilitychange', onVisible);
    removeEventListener('focus', onVisible);
    removeEventListener('online', refresh);
  };
}
