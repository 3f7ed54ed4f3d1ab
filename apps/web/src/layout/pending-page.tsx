import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { queryDeadline } from '../api/fetch-within.ts';
import { Button } from '../ui/button.tsx';
import { useOnline } from '../ui/lazy.tsx';
import { Waiting } from '../shared/logo.tsx';
import { useIsFetching } from '@tanstack/react-query';
import { Hourglass } from 'lucide-react';

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

/** Milliseconds after which a page that is still loading says so. */
const patience = 2_000;

/** Shows that the server is slow while queries without data are pending online. Floats, so that nothing shifts. */
export function SlowNotice(): ReactNode {
  const { t } = useTranslation();
  const isOnline = useOnline();
  const isWaiting = useIsFetching({ predicate: ({ state }) => state.status === 'pending' }) > 0;
  return (
    <output className="pointer-events-none fixed inset-x-0 bottom-4 z-10 flex justify-center px-4 print:hidden">
      {isOnline && isWaiting && <Late text={t('stream.slow')} />}
    </output>
  );
}

/** Mounted anew for each wait. */
function Late({ text }: { readonly text: string }): ReactNode {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patience);
    return () => clearTimeout(timer);
  }, []);
  if (!isLate) return null;
  return (
    <span className="flex items-center gap-2 rounded-card border border-line-strong bg-surface px-4 py-2 shadow-float">
      <Hourglass aria-hidden="true" className="size-4 shrink-0 text-unknown" />
      {text}
    </span>
  );
}
