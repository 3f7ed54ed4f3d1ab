import { CirclePause, CloudAlert, ShieldAlert, TriangleAlert, Unplug, WebhookOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Callout } from '../../ui/callout.tsx';
import { ReconcileButton } from './reconcile-button.tsx';
import { MassChangeCount, RunProblem } from './run-problem.tsx';
import { ResumeButton } from './sync-actions.tsx';
import type { SyncStatus } from './sync-status.ts';

/** Notices above the page: outdated data, undeliverable webhooks, pause, missing configuration, a refused or failed run. */
export function SyncNotices(props: { readonly status: SyncStatus; readonly stale: boolean }): ReactNode {
  const { status, stale } = props;
  const { t } = useTranslation();
  const problem = status.lastReal?.problem;
  const untrusted = status.lastReal?.report?.untrusted ?? [];
  return (
    <>
      {stale && (
        <Callout tone="unknown" icon={CloudAlert} title={t('sync.stale')}>
          <p>{t('sync.staleWhy')}</p>
        </Callout>
      )}
      {status.undelivered !== null && (
        <Callout
          tone="denied"
          icon={WebhookOff}
          title={t('sync.undelivered', { count: status.undelivered.count })}
        >
          <p>
            {t('sync.undeliveredTo')} <code className="break-all">{status.undelivered.address}</code>{' '}
            {t(`sync.undeliveredWhy.${status.undelivered.cause}`, { status: status.undelivered.status ?? 0 })}
          </p>
          <p>{t('sync.undeliveredMeanwhile')}</p>
        </Callout>
      )}
      {untrusted.length > 0 && (
        <Callout
          tone="denied"
          icon={ShieldAlert}
          title={t('sync.untrusted', { names: untrusted.join(', ') })}
        >
          <p>{t('sync.untrustedWhy')}</p>
        </Callout>
      )}
      {status.paused && (
        <Callout tone="unknown" icon={CirclePause} title={t('sync.paused')} action={<ResumeButton />}>
          <p>
            {t('sync.pausedWhy')} {status.runs.some((run) => run.status === 'running') && t('sync.pausedRun')}
          </p>
        </Callout>
      )}
      {status.mode === 'payloads' && (
        <Callout tone="info" icon={Unplug} title={t('sync.payloads')}>
          <p>{t('sync.payloadsHow')}</p>
        </Callout>
      )}
      {problem?.code === 'SYNC_MASS_CHANGE' && (
        <Callout
          tone="unknown"
          icon={ShieldAlert}
          title={t('sync.run.refused')}
          action={<ReconcileButton paused={status.paused} refused={problem} />}
        >
          <p>
            <MassChangeCount problem={problem} /> {t('sync.run.refusedWhy')}
          </p>
        </Callout>
      )}
      {problem !== undefined && problem !== null && problem.code !== 'SYNC_MASS_CHANGE' && (
        <Callout tone="denied" icon={TriangleAlert} title={t('sync.run.failedWhy')}>
          <RunProblem problem={problem} />
        </Callout>
      )}
    </>
  );
}
