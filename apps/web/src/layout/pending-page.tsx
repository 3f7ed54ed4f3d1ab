import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { queryDeadline } from '../api/fetch-within.ts';
import { Button } from '../ui/button.tsx';
import { Waiting } from '../shared/logo.tsx';

/** Shown while the code of a page is loading, or the browser is being redirected to Logto. */
export function PendingPage(): ReactNode {
  const { t } = useTranslation();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), queryDeadline);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="flex min-h-[60dvh] flex-col items-center justify-center">
      <Waiting text={t('pending')} />
      {isLate && (
        <>
          <p role="alert" className="mb-6 max-w-md px-4 text-center text-muted">
            {t('late')}
          </p>
          <Button onClick={() => location.reload()}>{t('reload')}</Button>
        </>
      )}
    </div>
  );
}
