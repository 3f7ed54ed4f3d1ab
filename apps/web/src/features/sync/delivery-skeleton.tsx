import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';

const widths = ['42%', '56%', '34%'];

/** The loading state of a delivery, in its final size: its header and the steps of its timeline. */
export function DeliverySkeleton(): ReactNode {
  const { t } = useTranslation();
  return (
    <div aria-busy="true">
      <h1 className="sr-only">{t('pending')}</h1>
      <span className="skeleton block h-9 w-[min(18rem,80%)]" />
      <span className="skeleton mt-2 mb-6 block h-9 w-[min(36rem,100%)]" />
      {widths.map((width) => (
        <div key={width} className="flex max-w-3xl gap-4 pb-6">
          <span className="skeleton size-8 shrink-0 rounded-full" />
          <div className="flex-1 pt-1">
            <span className="skeleton block h-4 w-32" />
            <span className="skeleton mt-2 block h-4" style={{ width }} />
          </div>
        </div>
      ))}
    </div>
  );
}
