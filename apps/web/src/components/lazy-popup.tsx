import type { ReactNode } from 'react';
import { LazyPart } from './lazy-part.tsx';
import { LoadFailure } from './load-failure.tsx';

/** Wraps a dialog, sheet or menu whose code is loaded when first opened: shows a message when loading fails. */
export function LazyPopup(props: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const { open, onClose, children } = props;
  return <LazyPart failed={open && <LoadFailure onClose={onClose} />}>{children}</LazyPart>;
}

/** Preloads the code. A failure is shown when the popup is opened. */
export function preload(load: () => Promise<unknown>): void {
  load().catch(() => {});
}
