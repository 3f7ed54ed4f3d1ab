import { apiErrorOf, isRefusal } from './api-error.ts';
import { subscribeWhileVisible } from './subscribe-while-visible.ts';

/** Milliseconds until a stream that does not begin counts as lost. */
const openDeadline = 15_000;

/** Milliseconds before the first attempt to open it again; doubled for each further one. */
const firstPause = 1_000;
const maxPause = 30_000;

/** Milliseconds. A stream that lasted less did not work: its end is another failure. */
const minLifetime = 10_000;

/**
 * `lost`: it could not be opened; what the page shows may be out of date. `crowded`: the person has too many streams
 * open. `limited`: they have asked for too much within a minute. `refused`: the person may not have it; it is not tried again.
 */
export type StreamState = 'open' | 'lost' | 'crowded' | 'limited' | 'refused';

/** Opens a stream, and returns how to close it. `onEnd` without an error: the server ended it. */
export type OpenStream = (events: {
  readonly onOpen: () => void;
  readonly onEnd: (error?: unknown) => void;
}) => () => void;

export interface StreamListener {
  /** Something may have been missed: ask everything again. */
  readonly onGap: () => void;
  readonly onState?: (state: StreamState) => void;
}

/** Half of it is random, so that all the pages do not come at once after a restart of the server. */
const pauseAfter = (failures: number): number =>
  Math.min(firstPause * 2 ** failures, maxPause) * (0.5 + Math.random() / 2);

/**
 * Keeps one stream open while the page is visible. A stream ends with its token, with the network and with the server; it is
 * opened again after a pause that grows. A stream only tells that something changed, so after every gap all is asked again.
 * Returns how to end it.
 *
 * The time between the page's first questions and the first opening is no gap: a second question for every page would cost
 * more than what that moment can miss.
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

  /** Decides what follows the end of a stream. */
  const after = (error: unknown): void => {
    const problem = apiErrorOf(error);
    if (problem.kind === 'session-over') {
      onState('refused');
      return;
    }
    // The answers to what is asked now say what the person may still see.
    if (error !== undefined && isRefusal(problem)) {
      onState('refused');
      onGap();
      return;
    }
    if (problem.kind === 'busy' && problem.code === 'SUBSCRIPTION_LIMIT') {
      onState('crowded');
      onGap(); // Instead of the events that this page does not get.
      timer = setTimeout(attempt, pauseAfter(Infinity));
      return;
    }
    if (problem.kind === 'busy' && problem.code === 'RATE_LIMITED') onState('limited');
    // A server that ends a stream in order can be reached.
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
