import type { ReactNode } from 'react';
import { ExportButtons } from '../../components/export/export-buttons.tsx';

/** Below the rows of a report: saves them as a file. Loaded after them, hence the default export. */
export default function ExportContent({ id }: { readonly id: string }): ReactNode {
  return (
    <div className="mt-6 flex flex-wrap justify-end gap-2 print:hidden">
      <ExportButtons source={`reports/${id}`} formats={['csv', 'xlsx', 'json']} />
    </div>
  );
}
