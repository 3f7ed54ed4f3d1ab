import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Waiting } from '../components/waiting.tsx';

/** While a page's code is on its way, or the browser is on its way to Logto. */
export function PendingPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="flex min-h-[60dvh] items-center justify-center">
      <Waiting text={t('pending')} />
    </div>
  );
}
