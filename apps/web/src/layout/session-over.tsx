import { lazy, useState, type ReactNode } from 'react';
import type { SessionProblem } from '../auth/session-state.ts';
import { LazyPopup } from '../components/lazy-popup.tsx';

const SessionDialog = lazy(() => import('./session-dialog.tsx'));

/** Shows the session dialog when the user must sign in again. The dialog itself controls when it closes. */
export function SessionOver({ problem }: { readonly problem: SessionProblem }): ReactNode {
  const [isFailureShown, setFailureShown] = useState(true);
  return (
    <LazyPopup open={isFailureShown} onClose={() => setFailureShown(false)}>
      <SessionDialog problem={problem} />
    </LazyPopup>
  );
}
