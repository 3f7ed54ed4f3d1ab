import { useHandleSignInCallback } from '@logto/react';
import { useRouter, useRouteContext } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { takeReturnPath } from '../auth/return-path.ts';
import { ErrorState } from '../pieces/error-state.tsx';
import { PageTitle } from '../pieces/page-header.tsx';
import { Waiting } from '../pieces/waiting.tsx';

/** Where Logto sends people back to: finishes the sign-in, then goes on to the page that they wanted. */
export function CallbackPage(): ReactNode {
  const { t } = useTranslation();
  const router = useRouter();
  const { auth } = useRouteContext({ from: '__root__' });
  const { isAuthenticated, isLoading, error } = useHandleSignInCallback();
  // Opened by hand, there is nothing to finish. Logto's answer always carries one of these.
  const answered = /[?&](code|error)=/.test(location.search);

  useEffect(() => {
    if (isAuthenticated) router.history.replace(takeReturnPath());
    else if (!isLoading && !answered) router.history.replace('/');
  }, [router, isAuthenticated, isLoading, answered]);

  return (
    <main className="flex min-h-dvh items-center justify-center">
      <PageTitle title={t('callback.title')} />
      {error === undefined ? (
        <Waiting text={t('callback.title')} />
      ) : (
        <ErrorState
          title={t('callback.failed')}
          why={t('callback.failedWhy')}
          retryLabel={t('callback.again')}
          onRetry={() => void auth.signIn({})}
        />
      )}
    </main>
  );
}
