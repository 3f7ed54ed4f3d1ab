import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { LoadedName } from '../../components/loaded-name.tsx';
import type { PageNameProps } from '../../layout/page-data.ts';

/** For the breadcrumb: the report's title. Reads what the page loads; sends no request of its own. */
export function ReportName({ params: { reportId = '' } }: PageNameProps): ReactNode {
  const report = trpc.reports.get.useQuery({ id: reportId }, { enabled: false });
  return <LoadedName query={report} name={report.data?.title} />;
}
