import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { RowsSkeleton } from '../../components/rows-skeleton.tsx';

/** While a report is loading, in the size of the real one. */
export function ReportSkeleton(): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <h1 className="sr-only">{t('pending')}</h1>
      <span className="skeleton block h-9 w-[min(24rem,80%)]" />
      <span className="skeleton mt-2 mb-4 block h-6 w-[min(30rem,100%)]" />
      <span className="skeleton mb-6 block h-9 w-72" />
      <span className="skeleton mb-4 block h-8 w-64" />
      <RowsSkeleton />
    </>
  );
}
