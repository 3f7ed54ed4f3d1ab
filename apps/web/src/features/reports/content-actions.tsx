import { Link } from '@tanstack/react-router';
import { GitCompareArrows } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '../../components/button.tsx';
import { ExportButtons } from '../../components/export/export-buttons.tsx';

/**
 * Below the rows of a report, where nothing moves when it is known what this person may do: compares it with another, saves the rows as
 * a file. Loaded after the rows, hence the default export.
 */
export default function ContentActions({
  id,
  hasRows,
  children,
}: {
  readonly id: string;
  readonly hasRows: boolean;
  /** What else can be done. */
  readonly children: ReactNode;
}): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="mt-6 flex flex-wrap justify-end gap-2 print:hidden">
      {children}
      <Link to="/reports/compare" search={{ after: id }} className={buttonClass('quiet')}>
        <GitCompareArrows aria-hidden="true" className="size-4" />
        {t('report.compare.open')}
      </Link>
      {hasRows && <ExportButtons source={`reports/${id}`} formats={['csv', 'xlsx', 'json']} />}
    </div>
  );
}
