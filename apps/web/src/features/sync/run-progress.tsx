import type { Translate } from '../../i18n/translate.ts';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import type { WatchedRun } from './use-run.ts';

function timeLeft(seconds: number, t: Translate): string {
  if (seconds < 90) return t('sync.progress.seconds', { count: seconds });
  if (seconds < 5_400) return t('sync.progress.minutes', { count: Math.round(seconds / 60) });
  return t('sync.progress.hours', { count: Math.round(seconds / 3_600) });
}

/** The current step of a run, its progress, speed and remaining time. */
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
