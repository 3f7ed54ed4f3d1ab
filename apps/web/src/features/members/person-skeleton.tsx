import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';

/** While the person is loading, in the size of the page. */
export function PersonSkeleton(): ReactNode {
  const { t } = useTranslation();
  return (
    <div aria-busy="true">
      <h1 className="sr-only">{t('pending')}</h1>
      <span className="skeleton mb-6 block h-14 w-72 max-w-full" />
      <div className="grid gap-6 md:grid-cols-[15rem_minmax(0,1fr)] md:gap-8">
        <span className="skeleton h-72 rounded-card" />
        <span className="flex flex-col gap-8">
          <span className="skeleton h-40 rounded-card" />
          <span className="skeleton h-24 rounded-card" />
        </span>
      </div>
    </div>
  );
}
