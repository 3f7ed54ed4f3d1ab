import { CircleAlert, CircleCheck, LoaderCircle, ShieldAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { textAction } from '../../ui/button.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { planOf } from './change-line.tsx';
import { failureText, RunProblem } from './failure-text.tsx';
import { RunReport } from './run-report.tsx';
import type { Run, RunProblem as RunProblemFacts } from './sync-status.ts';

const styles: Readonly<Record<Run['status'], { Icon: LucideIcon; tone: string }>> = {
  queued: { Icon: LoaderCircle, tone: 'text-muted' },
  running: { Icon: LoaderCircle, tone: 'text-info' },
  done: { Icon: CircleCheck, tone: 'text-allowed' },
  failed: { Icon: CircleAlert, tone: 'text-denied' },
  refused: { Icon: ShieldAlert, tone: 'text-unknown' },
};

export function RunList({ runs }: { readonly runs: readonly Run[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="runs">
      <h2 id="runs" className="mb-3 text-md font-semibold">
        {t('sync.runs')}
      </h2>
      {runs.length === 0 ? (
        <p className="text-muted">{t('sync.noRuns')}</p>
      ) : (
        <ul className="rounded-card border border-line bg-surface">
          {runs.map((run) => (
            <Row key={run.id} run={run} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ run }: { readonly run: Run }): ReactNode {
  const { t } = useTranslation();
  const { Icon, tone } = styles[run.status];
  return (
    <li className="flex gap-3 border-b border-line px-4 py-2.5 last:border-b-0">
      <Icon aria-hidden="true" className={`mt-0.5 size-4 shrink-0 ${tone}`} />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className="font-medium">
            {t(`sync.run.reason.${run.reason}`)}
            <RequestedBy run={run} />
            {run.dryRun && <span className="font-normal text-muted"> · {t('sync.dryRun')}</span>}
          </span>
          <span className="text-sm text-muted">
            <RelativeTime at={run.finishedAt ?? run.createdAt} />
          </span>
        </div>
        <p className="text-sm text-muted">
          <Result run={run} />
        </p>
        {run.problem !== null && <Problem problem={run.problem} />}
        {run.report !== null && planOf(run.report.changes).total > 0 && (
          <details className="mt-1">
            <summary className={`${textAction} text-muted`}>
              {run.dryRun ? t('sync.run.whatWould') : t('sync.run.whatChanged')}
            </summary>
            <div className="mt-1 text-sm">
              <RunReport run={run} />
            </div>
          </details>
        )}
      </div>
    </li>
  );
}

function RequestedBy({ run: { requestedBy, names } }: { readonly run: Run }): ReactNode {
  const name = requestedBy === null ? undefined : names[requestedBy];
  return name !== undefined && <span className="font-normal text-muted"> · {name}</span>;
}

function Problem({ problem }: { readonly problem: RunProblemFacts }): ReactNode {
  const { t } = useTranslation();
  if (problem.code === 'SYNC_MASS_CHANGE') {
    return (
      <div className="text-sm">
        <RunProblem problem={problem} />
      </div>
    );
  }
  return (
    <details className="mt-1">
      <summary className={`${textAction} text-muted`}>{failureText(problem.code, t).why}</summary>
      <div className="mt-1 text-sm">
        <RunProblem problem={problem} />
      </div>
    </details>
  );
}

function Result({ run: { status, report, dryRun } }: { readonly run: Run }): ReactNode {
  const { t } = useTranslation();
  if (status !== 'done' || report === null) return t(`sync.run.${status}`);
  const { total } = planOf(report.changes);
  const parts = [
    total === 0
      ? t('sync.run.done')
      : dryRun
        ? t('sync.run.wouldChange', { count: total })
        : t('sync.run.changed', { count: total - report.failed }),
    report.failed > 0 && t('sync.run.failedSome', { count: report.failed }),
    report.recovered > 0 && t('sync.run.recovered', { count: report.recovered }),
  ];
  return parts.filter((part) => part !== false).join(' · ');
}
