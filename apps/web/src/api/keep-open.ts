import { apiErrorOf, isRefusal } from './api-error.ts';

/** Milliseconds until a stream that does not start counts as lost. */
const openDeadline = 15_000;

/** Milliseconds before the first attempt to reopen; doubled for each further one. */
const firstPause = 1_000;
const maxPause = 30_000;

/** Milliseconds. A stream that lasted less counts as another failure. */
const minLifetime = 10_000;

/**
 * `lost`: it could not be opened, and the page may be outdated. `crowded`: the user has too many open streams.
 * `limited`: the user has sent too many requests within a minute. `refused`: the user has no access; it is not retried.
 */
export type StreamState = 'open' | 'lost' | 'crowded' | 'limited' | 'refused';

/** Opens a stream and returns a function that closes it. `onEnd` without an error: the server ended it. */
export type OpenStream = (events: {
  readonly onOpen: () => void;
  readonly onEnd: (error?: unknown) => void;
}) => () => void;

interface StreamListener {
  /** Events may have been missed: refetch everything. */
  readonly onGap: () => void;
  readonly onState?: (state: StreamState) => void;
}

/** Half of it is random, so that pages do not reconnect simultaneously after a restart of the server. */
const pauseAfter = (failures: number): number =>
  Math.min(firstPause * 2 ** failures, maxPause) * (0.5 + Math.random() / 2);

/**
 * Keeps one stream open while the page is visible. A stream ends with its token, the network or the server, and is
 * reopened with a growing backoff. A stream only reports that something changed, so after every gap everything is
 * refetched. Returns a function that closes it.
 *
 * The time between the page's first queries and the first opening does not count as a gap: refetching every page would
 * cost more than the few events that may be missed.
 */
export function keepOpen(open: OpenStream, { onGap, onState }: StreamListener): () => void {
  let isFirst = true;
  return subscribeWhileVisible(() => {
    if (!isFirst) onGap(); // Events were missed while the page was hidden.
    isFirst = false;
    return keepTrying(open, { onGap, onState: onState ?? (() => {}) });
  });
}

function keepTrying(open: OpenStream, { onGap, onState }: Required<StreamListener>): () => void {
  let failures = 0;
  let isGap = false;
  let closeCurrent: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const attempt = (): void => {
    timer = undefined;
    let openedAt: number | undefined;
    let isOver = false;
    let close: (() => void) | undefined;
    const finish = (): void => {
      isOver = true;
      closeCurrent = undefined;
      clearTimeout(deadline);
      close?.();
    };
    const onEnd = (error?: unknown): void => {
      if (isOver) return;
      finish();
      isGap = true;
      if (openedAt !== undefined && Date.now() - openedAt >= minLifetime) failures = 0;
      else failures += 1;
      after(error);
    };
    const deadline = setTimeout(() => onEnd(new Error('The stream did not begin.')), openDeadline);
    closeCurrent = finish;
    close = open({
      onOpen() {
        if (isOver || openedAt !== undefined) return;
        openedAt = Date.now();
        clearTimeout(deadline);
        if (isGap) onGap();
        onState('open');
      },
      onEnd,
    });
    if (isOver) close();
  };

  /** Decides how to continue after the end of a stream. */
  const after = (error: unknown): void => {
    const problem = apiErrorOf(error);
    if (problem.kind === 'session-over') {
      onState('refused');
      return;
    }
    // The responses to the refetches show what the user can still see.
    if (error !== undefined && isRefusal(problem)) {
      onState('refused');
      onGap();
      return;
    }
    if (problem.kind === 'busy' && problem.code === 'SUBSCRIPTION_LIMIT') {
      onState('crowded');
      onGap(); // Replaces the events that this page does not receive.
      timer = setTimeout(attempt, pauseAfter(Infinity));
      return;
    }
    if (problem.kind === 'busy' && problem.code === 'RATE_LIMITED') onState('limited');
    // A server that ends a stream in an orderly way is reachable.
    else if (failures > 0 && error !== undefined) onState('lost');
    timer = setTimeout(attempt, pauseAfter(failures));
  };

  const onOnline = (): void => {
    if (timer === undefined) return;
    clearTimeout(timer);
    attempt();
  };
  addEventListener('online', onOnline);
  attempt();
  return () => {
    removeEventListener('online', onOnline);
    clearTimeout(timer);
    closeCurrent?.();
  };
}

/**
 * Subscribes while the page is visible: calls `start` when it becomes visible, and the function that `start` returned
 * when it is hidden. Returns a function that ends it.
 *
 * Use it for streams: over HTTP/1.1 a browser opens six connections per origin, for all tabs together, and a stream
 * occupies one. Six tabs with a stream each would leave no connection for other requests.
 */
function subscribeWhileVisible(start: () => () => void): () => void {
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
