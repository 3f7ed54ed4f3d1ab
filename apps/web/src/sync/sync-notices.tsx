import { CirclePause, CloudAlert, ShieldAlert, TriangleAlert, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Callout } from '../pieces/callout.tsx';
import { ReconcileButton } from './reconcile-button.tsx';
import { MassChangeCount, RunProblem } from './run-problem.tsx';
import { ResumeButton } from './sync-actions.tsx';
import type { SyncStatus } from './sync-types.ts';

/** What an operator must know before reading on. */
export function SyncNotices(props: { readonly status: SyncStatus; readonly stale: boolean }): ReactNode {
  const { status, stale } = props;
  const { t } = useTranslation();
  const problem = status.lastReal?.problem;
  return (
    <>
      {stale && (
        <Callout tone="unknown" icon={CloudAlert}>
          {t('sync.stale')}
        </Callout>
      )}
      {status.paused && (
        <Callout tone="unknown" icon={CirclePause} action={<ResumeButton />}>
          <p className="font-medium">{t('sync.paused')}</p>
          <p>
            {t('sync.pausedWhy')} {status.runs.some((run) => run.status === 'running') && t('sync.pausedRun')}
          </p>
        </Callout>
      )}
      {status.mode === 'payloads' && (
        <Callout tone="info" icon={Unplug}>
          {t('sync.payloads')}
        </Callout>
      )}
      {problem?.code === 'SYNC_MASS_CHANGE' && (
        <Callout
          tone="unknown"
          icon={ShieldAlert}
          action={<ReconcileButton paused={status.paused} refused={problem} />}
        >
          <p className="font-medium">{t('sync.run.refused')}</p>
          <p className="text-ink">
            <MassChangeCount problem={problem} /> {t('sync.run.refusedWhy')}
          </p>
        </Callout>
      )}
      {problem !== undefined && problem !== null && problem.code !== 'SYNC_MASS_CHANGE' && (
        <Callout tone="denied" icon={TriangleAlert}>
          <p className="font-medium">{t('sync.run.failedWhy')}</p>
          <div className="text-ink">
            <RunProblem problem={problem} />
          </div>
        </Callout>
      )}
    </>
  );
}
