import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { RunProgress } from './run-progress.tsx';
import type { Run } from './sync-types.ts';
import { useRun } from './use-run.ts';

/** The run that is queued or running, with live progress. */
export function RunPanel({ run, paused }: { readonly run: Run; readonly paused: boolean }): ReactNode {
  const { t } = useTranslation();
  const watched = useRun(run.id);
  return (
    <section className="mb-4 rounded-card border border-line bg-surface px-4 py-3">
      <h2 className="mb-1 flex flex-wrap items-baseline gap-x-2 font-medium">
        {run.dryRun ? t('sync.progress.dryTitle') : t('sync.progress.title')}
        <span className="text-sm font-normal text-muted">{t(`sync.run.reason.${run.reason}`)}</span>
      </h2>
      <RunProgress watched={watched ?? { run, pace: null }} paused={paused} />
    </section>
  );
}
