import { lazy, useState, type ReactNode } from 'react';
import { LazyPopup } from '../components/lazy-popup.tsx';

const SessionDialog = lazy(() => import('./session-dialog.tsx'));

/** Over the page when the session has ended. The dialog itself knows when it is closed. */
export function SessionOver(): ReactNode {
  const [isFailureShown, setFailureShown] = useState(true);
  return (
    <LazyPopup open={isFailureShown} onClose={() => setFailureShown(false)}>
      <SessionDialog />
    </LazyPopup>
  );
}
