import { useRouteContext } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { trpc } from '../../api/trpc.ts';
import { subscribeWhileVisible } from '../../api/subscribe-while-visible.ts';
import { paceOf, type Pace, type Sample } from './pace.ts';
import { isUnderWay, type Run } from './sync-types.ts';

export interface WatchedRun {
  readonly run: Run;
  readonly pace: Pace | null;
}

/**
 * Subscribes to the progress of a run; `null` until the first event. When the run ends, the queries of sync are invalidated.
 * While the page is hidden there is no subscription; the first event after it gives the current state.
 */
export function useRun(id: string): WatchedRun | null {
  const { api } = useRouteContext({ from: '/console' });
  const utils = trpc.useUtils();
  const [watched, setWatched] = useState<WatchedRun | null>(null);
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
      if (!isUnderWay(run)) void utils.sync.invalidate();
    };
    return subscribeWhileVisible(() => {
      first = null;
      const subscription = api.client.sync.progress.subscribe({ id }, { onData });
      return () => subscription.unsubscribe();
    });
  }, [api, id, utils]);
  return watched?.run.id === id ? watched : null;
}
