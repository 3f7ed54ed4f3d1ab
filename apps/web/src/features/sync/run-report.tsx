import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { planOf } from './change.ts';
import { ChangeKind, ChangeLine } from './change-line.tsx';
import type { Run } from './sync-types.ts';

/** Lines of the sample that are shown. */
const shown = 8;

/** The changes that a run made, or that a dry run found: the number of each kind, and the first lines. */
export function RunReport({ run: { report, dryRun } }: { readonly run: Run }): ReactNode {
  const { t, i18n } = useTranslation();
  if (report === null) return null;
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <div className="@container">
      <ul className="grid gap-x-6 gap-y-1 @sm:grid-cols-2">
        {planOf(report.changes).kinds.map(({ kind, count }) => (
          <li key={kind} className="flex items-center justify-between gap-3 border-b border-line py-1.5">
            <ChangeKind kind={kind} planned={dryRun} />
            <span className="font-medium tabular-nums">{number.format(count)}</span>
          </li>
        ))}
      </ul>
      <h3 className="mt-4 mb-1 text-sm font-medium text-muted">{t('sync.dialog.first')}</h3>
      <ul className="divide-y divide-line rounded-control border border-line px-3">
        {report.sample.slice(0, shown).map((line) => (
          <li key={line} className="py-1.5">
            <ChangeLine line={line} planned={dryRun} />
          </li>
        ))}
      </ul>
    </div>
  );
}
