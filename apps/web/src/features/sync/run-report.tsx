import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ChangeKind, ChangeLine, changeOf, isRemoval, planOf } from './change-line.tsx';
import type { Run } from './sync-status.ts';

const shown = 8;

export function RunReport({ run: { report, names, dryRun } }: { readonly run: Run }): ReactNode {
  const { t, i18n } = useTranslation();
  if (report === null) return null;
  const { kinds, removals } = planOf(report.changes);
  // The server's sample lists removals first.
  const lost = report.sample.filter((line) => isRemoval(changeOf(line).kind)).slice(0, shown);
  const rest = report.sample.slice(lost.length, Math.max(shown, lost.length));
  return (
    <div className="@container">
      {removals > 0 && (
        <>
          <h3 className="mb-1 text-sm font-medium text-denied">
            {t(dryRun ? 'sync.dialog.wouldLose' : 'sync.dialog.lost')}
          </h3>
          <Lines lines={lost} names={names} planned={dryRun} />
          {removals > lost.length && (
            <p className="mt-1 text-sm text-muted">
              {t('sync.moreSubjects', { count: removals - lost.length })}
            </p>
          )}
        </>
      )}
      <ul className={`grid gap-x-6 gap-y-1 @sm:grid-cols-2 ${removals > 0 ? 'mt-4' : ''}`}>
        {kinds.map(({ kind, count }) => (
          <li key={kind} className="flex items-center justify-between gap-3 border-b border-line py-1.5">
            <ChangeKind kind={kind} planned={dryRun} />
            <span className="font-medium tabular-nums">{i18n.number(count)}</span>
          </li>
        ))}
      </ul>
      {rest.length > 0 && (
        <>
          <h3 className="mt-4 mb-1 text-sm font-medium text-muted">{t('sync.dialog.first')}</h3>
          <Lines lines={rest} names={names} planned={dryRun} />
        </>
      )}
    </div>
  );
}

function Lines(props: {
  readonly lines: readonly string[];
  readonly names: Run['names'];
  readonly planned: boolean;
}): ReactNode {
  const { lines, names, planned } = props;
  return (
    <ul className="divide-y divide-line rounded-control border border-line px-3">
      {lines.map((line) => (
        <li key={line} className="py-1.5">
          <ChangeLine line={line} names={names} planned={planned} />
        </li>
      ))}
    </ul>
  );
}
