import { Link } from '@tanstack/react-router';
import { GitCompareArrows } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '../../components/button.tsx';
import { ExportButtons } from '../../components/export/export-buttons.tsx';
import { Classify } from './classify-report.tsx';

/**
 * Below the rows of a report, where nothing moves when it is known what this person may do: compares it with another, saves the rows as
 * a file, says who may read it. Loaded after the rows, hence the default export.
 */
export default function ContentActions({
  report,
  hasRows,
}: {
  readonly report: { readonly id: string; readonly classification: 'normal' | 'confidential' };
  readonly hasRows: boolean;
}): ReactNode {
  const { id } = report;
  const { t } = useTranslation();
  return (
    <div className="mt-6 flex flex-wrap justify-end gap-2 print:hidden">
      <Classify report={report} />
      <Link to="/reports/compare" search={{ after: id }} className={buttonClass('quiet')}>
        <GitCompareArrows aria-hidden="true" className="size-4" />
        {t('report.compare.open')}
      </Link>
      {hasRows && <ExportButtons source={`reports/${id}`} formats={['csv', 'xlsx', 'json']} />}
    </div>
  );
}
