import { apiErrorOf, isRefusal } from './api-error.ts';

/** Milliseconds after which a stream that has not started is treated as lost. */
const openDeadline = 15_000;

/** Milliseconds before the first attempt to reopen. The delay doubles with each failure. */
const firstPause = 1_000;
const maxPause = 30_000;

/** A stream that ends within this many milliseconds counts as a failure. */
const minLifetime = 10_000;

/**
 * `lost`: the stream could not be opened, and the page may be outdated. `crowded`: the user has too many open streams.
 * `limited`: the user has sent too many requests within a minute. `refused`: the user has no access, and the stream is
 * not reopened.
 */
export type StreamState = 'open' | 'lost' | 'crowded' | 'limited' | 'refused';

/** Opens a stream and returns a function that closes it. `onEnd` gets no error if the server ended the stream. */
export type OpenStream = (events: {
  readonly onOpen: () => void;
  readonly onEnd: (error?: unknown) => void;
}) => () => void;

interface StreamListener {
  /** Called when events may have been missed: refetches everything. */
  readonly onGap: () => void;
  readonly onState?: (state: StreamState) => void;
}

/** Half of the delay is random, so that pages do not all reconnect at the same time when the server restarts. */
const pauseAfter = (failures: number): number =>
  Math.min(firstPause * 2 ** failures, maxPause) * (0.5 + Math.random() / 2);

/**
 * Keeps one stream open while the page is visible, and reopens it with exponential backoff. Events only report that
 * something changed, so every gap is followed by a full refetch. The time before the first opening is not a gap: a
 * full refetch on every page load would cost more than a few missed events.
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
    // A server that ends a stream without an error is reachable.
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
 * Runs `start` whenever the page becomes visible, and the function that it returned whenever the page is hidden. Over
 * HTTP/1.1 all tabs share six connections per origin, so six hidden streams would leave none.
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
