import type { ReactNode } from 'react';
import { ExportButtons } from '../../components/export/export-buttons.tsx';
import { listInput, type ReportsFilter } from './filters.ts';

/** Below the list: exports it as a file. Loaded after the list, hence the default export. */
export default function ExportReports({ filter }: { readonly filter: ReportsFilter }): ReactNode {
  return (
    <div className="mt-6 flex flex-wrap justify-end gap-2 print:hidden">
      <ExportButtons source="reports" formats={['csv', 'xlsx', 'json']} filter={listInput(filter)} />
    </div>
  );
}
