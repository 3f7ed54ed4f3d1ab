import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { SignInUnreachableError } from '../auth/require-person.ts';
import { ErrorState } from '../components/error-state.tsx';

/** In place of a page inside the layout, for an error that the page did not handle: a defect, a chunk that could not be loaded. */
export function ErrorPage({ error, reset }: ErrorComponentProps): ReactNode {
  const { t } = useTranslation();
  const router = useRouter();
  const retry = (): void => {
    reset();
    void router.invalidate();
  };
  return (
    <ErrorState
      title={t('error.page')}
      why={error instanceof SignInUnreachableError ? t('error.signInUnreachable') : t('error.whyPlain')}
      onRetry={retry}
    />
  );
}

/** Outside the layout: Logto cannot be reached before sign-in, or the layout itself failed. */
export function StandaloneErrorPage(props: ErrorComponentProps): ReactNode {
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <ErrorPage {...props} />
    </main>
  );
}
