import { LogtoProvider, useHandleSignInCallback } from '@logto/react';
import { useLoaderData, useRouter, useRouteContext } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { consumeReturnPath } from '../../auth/stored-data.ts';
import { ErrorState } from '../../ui/state-panel.tsx';
import { PageTitle } from '../../ui/page.tsx';
import { Waiting } from '../../shared/logo.tsx';
import { StandalonePage } from '../../shared/standalone-page.tsx';

export function CallbackPage(): ReactNode {
  const { provider } = useLoaderData({ from: '/callback' });
  return (
    <LogtoProvider {...provider}>
      <Callback />
    </LogtoProvider>
  );
}

function Callback(): ReactNode {
  const { t } = useTranslation();
  const router = useRouter();
  const { auth } = useRouteContext({ from: '__root__' });
  const { isAuthenticated, isLoading, error } = useHandleSignInCallback();
  // The SDK waits forever when this tab was not redirected to Logto, for example after opening the URL from the history.
  const [stranded, setStranded] = useState(false);
  const [isUnreachable, setUnreachable] = useState(false);

  useEffect(() => {
    if (isLoading || error !== undefined) return;
    if (isAuthenticated) router.history.replace(consumeReturnPath());
    else void auth.isReturning().then((returning) => setStranded(!returning));
  }, [router, auth, isAuthenticated, isLoading, error]);

  return error === undefined && !stranded ? (
    <main className="flex min-h-dvh items-center justify-center">
      <PageTitle title={t('signIn.title')} />
      <Waiting text={t('signIn.title')} />
    </main>
  ) : (
    <StandalonePage>
      <ErrorState
        title={t('signIn.failed')}
        why={t(isUnreachable ? 'error.signInUnreachable' : 'signIn.failedWhy')}
        retryLabel={t('error.signIn')}
        onRetry={() => void auth.signIn({}).catch(() => setUnreachable(true))}
      />
    </StandalonePage>
  );
}
