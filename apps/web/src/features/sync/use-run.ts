import { useRouteContext } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { keepOpen } from '../../api/keep-open.ts';
import { trpc } from '../../api/trpc.ts';
import { paceOf, type Pace, type Sample } from './pace.ts';
import { isUnderWay, type Run, useSyncStatus } from './sync-status.ts';

export interface WatchedRun {
  readonly run: Run;
  readonly pace: Pace | null;
}

/**
 * Subscribes to the progress of a run; `null` until it is known. Invalidates the sync queries when the run ends or the
 * user loses the permission to follow it. While the page is hidden there is no subscription; the first event afterwards
 * has the current state. Without the stream, polling the status returns the same, with a delay.
 */
export function useRun(id: string): WatchedRun | null {
  const { api } = useRouteContext({ from: '/console' });
  const utils = trpc.useUtils();
  const [watched, setWatched] = useState<WatchedRun | null>(null);
  const polled = useSyncStatus().data?.runs.find((run) => run.id === id);
  useEffect(() => {
    let first: Sample | null = null;
    const onData = (run: Run): void => {
      const now: Sample = {
        at: Date.now(),
        done: 0,
        ...run.progress,
        step: run.progress?.step ?? run.status,
      };
      if (first?.step !== now.step) first = now;
      setWatched({ run, pace: paceOf(first, now) });
      if (isUnderWay(run)) return;
      stop();
      void utils.sync.invalidate();
    };
    const stop = keepOpen(
      api.stream((streams, handlers) => {
        first = null;
        return streams.sync.progress.subscribe({ id }, { ...handlers, onData });
      }),
      { onGap: () => void utils.sync.invalidate() },
    );
    return stop;
  }, [api, id, utils]);
  const live = watched?.run.id === id ? watched : null;
  const missedTheEnd = live !== null && isUnderWay(live.run) && polled !== undefined && !isUnderWay(polled);
  if (live !== null && !missedTheEnd) return live;
  return polled === undefined ? null : { run: polled, pace: null };
}
