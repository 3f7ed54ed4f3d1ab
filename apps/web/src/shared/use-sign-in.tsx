import { useRouteContext } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';

interface SignIn {
  /** Redirects to Logto, which returns to this page. */
  readonly signIn: (options?: { readonly register?: boolean; readonly asAnother?: boolean }) => void;
  readonly isLeaving: boolean;
  readonly isUnreachable: boolean;
}

export function useSignIn(): SignIn {
  const { auth } = useRouteContext({ from: '__root__' });
  const [state, setState] = useState<'here' | 'leaving' | 'unreachable'>('here');
  return {
    signIn(options = {}) {
      const { pathname, search, hash } = location;
      setState('leaving');
      auth.signIn({ ...options, returnPath: pathname + search + hash }).catch(() => setState('unreachable'));
    },
    isLeaving: state === 'leaving',
    isUnreachable: state === 'unreachable',
  };
}

export function SignInUnreachable(): ReactNode {
  const { t } = useTranslation();
  return (
    <p role="alert" className="text-denied">
      {t('error.signInUnreachable')}
    </p>
  );
}
