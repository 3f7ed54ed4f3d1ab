import { type ReactNode, useEffect, useState } from 'react';
import { useRouteContext } from '@tanstack/react-router';
import type { Translate } from '../../i18n/translate.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { keepOpen } from '../../api/keep-open.ts';
import { trpc } from '../../api/trpc.ts';
import { isUnderWay, type Run, useSyncStatus } from './sync-status.ts';

function timeLeft(seconds: number, t: Translate): string {
  if (seconds < 90) return t('sync.progress.seconds', { count: seconds });
  if (seconds < 5_400) return t('sync.progress.minutes', { count: Math.round(seconds / 60) });
  return t('sync.progress.hours', { count: Math.round(seconds / 3_600) });
}

export function RunProgress(props: {
  readonly watched: WatchedRun | null;
  readonly paused: boolean;
}): ReactNode {
  const { watched, paused } = props;
  const { t, i18n } = useTranslation();
  const rate = new Intl.NumberFormat(i18n.language, { maximumSignificantDigits: 2 });
  const progress = watched?.run.status === 'queued' ? null : (watched?.run.progress ?? null);
  const step = progress?.step ?? (watched?.run.status === 'running' ? 'reading' : 'queued');
  const facts = [
    progress !== null &&
      (progress.total === undefined
        ? i18n.number(progress.done)
        : t('sync.progress.counted', {
            done: i18n.number(progress.done),
            total: i18n.number(progress.total),
          })),
    watched?.pace != null && t('sync.progress.rate', { rate: rate.format(watched.pace.perSecond) }),
    watched?.pace?.left != null &&
      watched.pace.left > 0 &&
      t('sync.progress.left', { time: timeLeft(watched.pace.left, t) }),
  ].filter((fact) => typeof fact === 'string');
  return (
    <div>
      <div className="flex flex-wrap justify-between gap-x-4 gap-y-1">
        <output>
          {step === 'queued' && paused ? t('sync.progress.paused') : t(`sync.progress.step.${step}`)}
        </output>
        <span className="text-muted tabular-nums">{facts.join(' · ')}</span>
      </div>
      <progress
        aria-label={t(`sync.progress.step.${step}`)}
        max={progress?.total ?? 1}
        value={progress?.total === undefined ? undefined : Math.min(progress.done, progress.total)}
        className="progress mt-2"
      />
    </div>
  );
}

interface WatchedRun {
  readonly run: Run;
  readonly pace: Pace | null;
}

/**
 * The progress of a run; `null` until it is known. Without the stream, polling the status returns the same, with a
 * delay. While the page is hidden there is no stream; its first event afterwards has the current state.
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

interface Sample {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly step: string;
  readonly done: number;
  readonly total?: number | undefined;
}

interface Pace {
  /** Items per second. */
  readonly perSecond: number;
  /** Seconds; `null` while the total is unknown. */
  readonly left: number | null;
}

/**
 * The number of items before a speed is shown: the first may take as long as the next 1,000, which are sent in bulk.
 */
const minimumDone = 10;

/**
 * The speed of a step, from the first sample to the current one; `null` while there is too little data. Averaged over
 * the whole step, because vendors' rate limits cause bursts, and the number should not jump.
 * @internal exported for tests
 */
export function paceOf(first: Sample, now: Sample): Pace | null {
  const seconds = (now.at - first.at) / 1000;
  const done = now.done - first.done;
  if (first.step !== now.step || seconds < 1 || done < minimumDone) return null;
  const perSecond = done / seconds;
  return {
    perSecond,
    left: now.total === undefined ? null : Math.max(0, Math.ceil((now.total - now.done) / perSecond)),
  };
}
