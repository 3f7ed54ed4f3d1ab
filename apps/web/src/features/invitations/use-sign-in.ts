import { useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';

export interface SignIn {
  /** Redirects to Logto, which returns to this page. */
  readonly leave: (options: { readonly register?: boolean; readonly asAnother?: boolean }) => void;
  readonly leaving: boolean;
  /** Logto could not be reached. */
  readonly unreachable: boolean;
}

export function useSignIn(): SignIn {
  const { auth } = useRouteContext({ from: '__root__' });
  const [state, setState] = useState<'idle' | 'leaving' | 'unreachable'>('idle');
  return {
    leave(options) {
      setState('leaving');
      auth.signIn({ ...options, returnPath: location.pathname }).catch(() => setState('unreachable'));
    },
    leaving: state === 'leaving',
    unreachable: state === 'unreachable',
  };
}
