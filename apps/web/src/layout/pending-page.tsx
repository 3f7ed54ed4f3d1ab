import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Waiting } from '../components/waiting.tsx';

/** While the code of a page is loading, or the browser is being redirected to Logto. */
export function PendingPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="flex min-h-[60dvh] items-center justify-center">
      <Waiting text={t('pending')} />
    </div>
  );
}
