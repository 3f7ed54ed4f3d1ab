/**
 * Subscribes while the page is visible: calls `start` when it becomes visible, and the function that `start` returned
 * when it is hidden. Returns a function that ends it.
 *
 * Use it for streams: over HTTP/1.1 a browser opens six connections per origin, for all tabs together, and a stream
 * occupies one. Six tabs with a stream each would leave no connection for other requests.
 */
export function subscribeWhileVisible(start: () => () => void): () => void {
  let stop: (() => void) | undefined;
  const follow = (): void => {
    if (document.visibilityState === 'visible') {
      stop ??= start();
    } else {
      stop?.();
      stop = undefined;
    }
  };
  document.addEventListener('visibilitychange', follow);
  follow();
  return () => {
    document.removeEventListener('visibilitychange', follow);
    stop?.();
    stop = undefined;
  };
}
