import type { ReactNode } from 'react';
import { ExportButtons } from '../../shared/export/export-buttons.tsx';
import { Compare } from './report-actions.tsx';

/**
 * Below the rows of a report, so that nothing shifts when the gates load: exports the rows as a file, and on a phone
 * also compares the report with another. Loaded after the rows, hence the default export.
 */
export default function ContentActions({
  id,
  hasRows,
  children,
}: {
  readonly id: string;
  readonly hasRows: boolean;
  /** Additional actions. */
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="mt-6 flex flex-wrap justify-end gap-2 print:hidden">
      {children}
      <Compare id={id} className="md:hidden" />
      {hasRows && <ExportButtons source={`reports/${id}`} formats={['csv', 'xlsx', 'json']} />}
    </div>
  );
}
