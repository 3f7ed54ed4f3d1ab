import { FileText, Scissors } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { Callout } from '../../components/callout.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { KindTable } from './kinds/kinds.tsx';
import type { ReportContent } from './report-types.ts';

/** The content of a report as a table of its kind, with a note when rows are missing. */
export function ReportTable({ content }: { readonly content: ReportContent }): ReactNode {
  const { t } = useTranslation();
  const { kind, total, rows } = content;
  if (rows.length === 0)
    return <EmptyState icon={FileText} title={t('report.nothing.title')} how={t(`report.nothing.${kind}`)} />;
  return (
    <>
      {total > rows.length && (
        <Callout tone="info" icon={Scissors} title={t('report.cut.title', { shown: rows.length, total })}>
          {t('report.cut.how')}
        </Callout>
      )}
      <KindTable kind={kind} rows={rows} />
    </>
  );
}
