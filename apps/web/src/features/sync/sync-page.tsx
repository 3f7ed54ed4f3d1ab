import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { Problem } from '../../shared/problem.tsx';
import { Deliveries } from './deliveries.tsx';
import { RunList } from './run-list.tsx';
import { StateTiles } from './state-tiles.tsx';
import { SyncActions } from './sync-actions.tsx';
import { SyncNotices } from './sync-notices.tsx';
import { isUnderWay, type Run, useSyncStatus } from './sync-status.ts';
import { RunProgress } from './run-progress.tsx';
import { useRun } from './use-run.ts';

/** The queued or running run, with live progress. */
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

/** For operators: whether sync works, pending and failed deliveries, and the drift between the directories. */
export function SyncPage(): ReactNode {
  const { t } = useTranslation();
  const { status: deliveryStatus, event, subject } = route.useSearch();
  const filter = { status: deliveryStatus, event, subject };
  const query = useSyncStatus();
  const problem = useProblem(query);
  const status = query.data;
  const drift = trpc.sync.drift.useQuery();

  if (problem !== null) {
    return <Problem problem={problem} title={t('sync.failed')} />;
  }
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
      {status !== undefined && <SyncNotices status={status} stale={query.error !== null} />}
      {underWay !== undefined && (
        <RunPanel key={underWay.id} run={underWay} paused={status?.paused === true} />
      )}
      <StateTiles status={status} drift={drift.data} />
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
