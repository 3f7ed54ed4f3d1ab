/**
 * Runs something while the page can be seen: `start` when it is seen, what `start` returned when it is hidden or at the end.
 *
 * For streams: over HTTP/1.1 a browser opens six connections to an origin, for all tabs together, and a stream keeps one.
 * Six tabs that each held theirs would leave none for anything else.
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
