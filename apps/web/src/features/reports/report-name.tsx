import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { LoadedName } from '../../components/loaded-name.tsx';
import type { PageNameProps } from '../../layout/page-data.ts';

/** The report's title for the breadcrumb. Reads the page's cached data and sends no request. */
export function ReportName({ params: { reportId = '' } }: PageNameProps): ReactNode {
  const report = trpc.reports.get.useQuery({ id: reportId }, { enabled: false });
  return <LoadedName query={report} name={report.data?.title} />;
}
