import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { SignInUnreachableError } from '../auth/auth.ts';
import { StandalonePage } from '../shared/standalone-page.tsx';
import { ErrorState } from '../ui/state-panel.tsx';
import { useOnline } from '../ui/lazy.tsx';
import { isMissingCode, reloadIfReachable } from '../new-version.ts';

/** Replaces a page after an error that it did not handle: a bug, or code that could not be loaded. */
export function ErrorPage({ error, reset }: ErrorComponentProps): ReactNode {
  const { t } = useTranslation();
  const router = useRouter();
  const isOnline = useOnline();
  const retry = (): void => {
    if (isMissingCode(error)) {
      void reloadIfReachable();
      return;
    }
    reset();
    void router.invalidate();
  };
  const onOnline = useEffectEvent(retry);
  const wasOnline = useRef(isOnline);
  useEffect(() => {
    if (isOnline && !wasOnline.current) onOnline();
    wasOnline.current = isOnline;
  }, [isOnline]);
  return (
    <ErrorState
      title={t('error.page')}
      why={t(
        error instanceof SignInUnreachableError
          ? 'error.signInUnreachable'
          : isOnline
            ? 'error.whyPlain'
            : 'error.offline',
      )}
      onRetry={retry}
    />
  );
}

/** Shown outside the layout, when Logto cannot be reached before sign-in or the layout itself has failed. */
export function StandaloneErrorPage(props: ErrorComponentProps): ReactNode {
  return (
    <StandalonePage>
      <ErrorPage {...props} />
    </StandalonePage>
  );
}
