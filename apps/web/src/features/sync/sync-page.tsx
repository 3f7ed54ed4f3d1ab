import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { CirclePause, CloudAlert, ShieldAlert, TriangleAlert, Unplug, WebhookOff } from 'lucide-react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useProblem } from '../../api/use-problem.ts';
import { PageHeader } from '../../ui/page.tsx';
import { Problem } from '../../shared/problem.tsx';
import { Deliveries } from './deliveries.tsx';
import { RunList } from './run-list.tsx';
import { StateTiles } from './state-tiles.tsx';
import { ReconcileButton, SyncActions, SwitchButton } from './sync-actions.tsx';
import { isUnderWay, type Run, useDrift, useSyncStatus, type SyncStatus } from './sync-status.ts';
import { RunProgress, useRun } from './run-progress.tsx';
import { Callout } from '../../ui/callout.tsx';
import { MassChangeCount, RunProblem } from './failure-text.tsx';

function RunPanel({ run, paused }: { readonly run: Run; readonly paused: boolean }): ReactNode {
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

const route = getRouteApi('/console/sync');

export function SyncPage(): ReactNode {
  const { t } = useTranslation();
  const { status: deliveryStatus, event, subject } = route.useSearch();
  const filter = { status: deliveryStatus, event, subject };
  const query = useSyncStatus();
  const problem = useProblem(query);
  const status = query.data;
  const drift = useDrift();

  if (problem !== null) {
    return <Problem problem={problem} title={t('sync.failed')} />;
  }
  const stale = status !== undefined && query.error !== null;
  const underWay = status?.runs.findLast(isUnderWay);
  const comparing = status?.mode !== 'payloads';
  return (
    <>
      <PageHeader
        title={t('sync.title')}
        purpose={t('sync.purpose')}
        actions={
          status === undefined ? (
            <span className="skeleton h-9 w-62 pointer-coarse:h-11" />
          ) : (
            <SyncActions status={status} />
          )
        }
      />
      {status !== undefined && <SyncNotices status={status} stale={stale} />}
      {underWay !== undefined && (
        <RunPanel key={underWay.id} run={underWay} paused={status?.paused === true} />
      )}
      <StateTiles status={status} drift={drift} stale={stale} />
      <div
        className={
          comparing
            ? 'grid items-start gap-8 xl:grid-cols-[minmax(0,1fr)_clamp(16rem,26%,20rem)] xl:gap-6'
            : ''
        }
      >
        <Deliveries filter={filter} counts={status?.deliveries} />
        {comparing && status !== undefined && <RunList runs={status.runs} />}
      </div>
    </>
  );
}

function SyncNotices(props: { readonly status: SyncStatus; readonly stale: boolean }): ReactNode {
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
        <Callout
          tone="unknown"
          icon={CirclePause}
          title={t('sync.paused')}
          action={<SwitchButton action="resume" />}
        >
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
