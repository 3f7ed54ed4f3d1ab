/** Calls `refresh` when the user comes back to the page, and when the network does. Returns how to stop. */
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
